"""
Chinese and English words of complaints and of every day that are in no vocabulary; all folded.

They help to cut Chinese text, which has no spaces, into words. `PARTICLES` say nothing by themselves, in a text or in a
question; `DEGREES` say how badly, not what; `COMMON` and `ENGLISH` are words of any report and tell none apart; `SPOKEN`
are what people say of platforms, offices and money.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words(
    """
    的 了 着 吗 呢 吧 啊 呀 嘛 被 把 都 也 就 还 又 再 很 更 最 太
    怎么 怎么办 怎样 如何 为什么 为何 什么 请问 咋办 怎么回事 是否 能否 可否 有没有 多少
    """
)

# How much, how often, how badly: 佣金太高 is about 佣金, in whatever words it is called high.
DEGREES = _words(
    """
    过高 偏高 太高 很高 高昂 越来越高 过低 偏低 太低 越来越低 太慢 过慢 很慢 太多 过多 越来越多 太少 过少 越来越少 太贵 很贵
    越来越贵 过长 太长 太久 太难 很难 越来越难 太严 过严 严重 太乱 混乱 不好 不了 不上 不到 不下来
    """
)

# Characters with which no word begins or ends that would tell one report from another.
EDGES = frozenset(
    "的了着过吗呢吧啊呀嘛被把将给让向对从于以与和及或而但也都就还又再很更最太并且之其所该此这那哪是在有要会能可请为因由到比每各"
    "只才却若如则等我你他她它们您谁个名家次年月日天号元万亿千百十一二三四五六七八九零两几多来去上下里内外中前后时间不没无人说仍做归凑叫按留谁"
)

COMMON = _words(
    """
    我们 我方 本人 本店 本公司 他们 你们 自己 大家 对方 别人 这个 那个 这种 这样 这些 那些 其他 其它 任何 所有 全部 各种
    没有 无法 不能 不可 不得 不会 不让 不给 不要 不到 不足 不清 不明 不知 不知道 不再 不少 不同 不是 只能 只有 只要 必须
    需要 要求 应当 应该 可以 可能 能够 希望 建议 请求 请协助 核实 答复 书面 书面答复 协助 反映 现反映 如下 以下 情况 问题
    突出 目前 现在 近期 最近 已经 已有 至今 仍然 依然 一直 后来 之后 之前 以来 以后 以上 期间 同时 同样 其中 每月 每天
    每年 每次 每单 每个 一个 一次 一年 一天 两个 两次 几个 多次 多家 很多 许多 大量 部分 少数 个别 多个 多年 全年 上月 本月
    由于 因为 所以 因此 如果 但是 可是 而且 并且 或者 以及 通过 根据 按照 为了 关于 对于 除了 作为 随着 导致 造成 影响 属于
    进行 开展 办理 提供 提交 提出 说明 说清楚 告知 通知 回复 表示 认为 发现 出现 遇到 面临 继续 下去 开始 结束 完成 增加
    减少 提高 降低 下降 上升 上涨 达到 超过 左右 大约 约为 损失 希望有 相关 有关 具体 明确 清楚 公开 统一 合理 正常 实际
    主要 重要 一般 普通 特别 非常 十分 比较 越来越 逐年 逐步 容易 难以 难以为继 困难 简单 复杂 方便 及时 立即 尽快 部门
    单位 地方 当地 本地 外地 全国 全省 全市 全区 周边 附近 同行 同业 人员 人手 团队 小团队 小店 小微 主体 经营 经营者 从业
    从业者 从事 业务 工作 服务 产品 商品 东西 事情 时候 时间 方式 方法 办法 过程 结果 原因 理由 依据 标准 规定 规则 制度
    政策 文件 条款 文书 支持 帮助 解决 处理 改进 完善 给予 出台 过渡期 办事 窗口 说法 一点点 创业 热情 消磨 关店 只能关店
    不公 不公平 不合理 不透明 不稳定 不一致 不统一 不过 不下 不通 不通过 不认 不认可 不受理 不予 不够
    """
)

SPOKEN = _words(
    """
    账号 帐号 帐户 账户 店铺 链接 封号 被封 封禁 封停 封店 冻结 解封 限流 降权 断流 屏蔽 下架 上架 下线 停业 整顿 处罚
    罚款 扣款 扣分 扣点 保证金 货款 结算 提现 到账 回款 拖欠 账期 发票 开票 报税 税率 税务 个税 核定 代扣 社保 工伤 医保
    养老 公积金 失业 贷款 融资 授信 流水 抵押 担保 征信 银行 房租 租金 场地 地址 住所 登记 备案 注册 注销 变更 年报 执照
    许可证 证件 资质 审批 审核 审查 验收 检查 抽查 台账 申请 申报 申诉 投诉 举报 仲裁 起诉 诉讼 维权 取证 公证 赔偿 补偿
    退款 退货 差评 刷单 恶意 职业打假 打假 打赏 未成年人 未成年 广告 推广 投流 流量 推荐 算法 排名 热搜 曝光 播放量 粉丝
    客户 用户 数据 导出 隐私 评价 客服 人工 机器 自动 版权 著作权 商标 专利 侵权 抄袭 搬运 洗稿 盗用 盗图 盗版 授权 署名
    原创 素材 音乐 字体 图片 合同 协议 格式条款 违约金 解约 独家 二选一 排他 垄断 补贴 奖励 扶持 培训 人才 落户 职称 学历
    证书 兼职 副业 用工 劳动 劳务 工资 报酬 派单 骑手 配送 运费 快递 仓储 物流 食品 小作坊 餐饮 卫生 消防 环保 噪音 夜市
    摆摊 占道 城管 直播间 主播 网红 达人 博主 机构 签约 分成 抽成 佣金 提成 服务费 手续费 技术服务费 年费 会员费 入驻 门槛
    门店 线上 线下 跨境 海关 出口 进口 外汇 收款 支付 支付宝 微信 抖音 快手 淘宝 小红书 微博 平台 商家 卖家 买家 消费者
    低价 价格 定价 涨价 促销 满减 活动 大促 假货 劣质 粗制滥造 低俗 抬价 规则 一刀切 多头 重复 跨省 异地 互认 通办 网办
    盖章 签字 跑腿 材料 表格 系统 报错 密码 验证码 实名 认证 人脸 模板 教程 课程 健身 旅游 民宿 露营 摄影 剪辑 配音 翻译
    """
)

# English words that stand in any text.
ENGLISH = _words(
    """
    the and for with that this from have has had not are was were been being but our their they them his her its you your
    who what when where which while whose why how can could would should may might must will shall does did done than then
    there here into onto over under after before since until about against between because both each every all any some
    such only own same other others another more most much many few less least very too also just even still yet now again
    once out off per via without within one two three first last new old make made makes take takes took taken get gets got
    give given gives say says said tell told ask asks asked see seen use used uses need needs want wants like well been
    cannot nothing nobody none never always often year years month months week weeks day days yuan please help hope
    """
)
