"""Words in names of firms that say how a firm is organised or what it trades in, not which firm it is; all folded."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Legal forms and kinds of outlet at the end of a name; they change when a shop becomes a company (个转企).
_FORMS_ZH = _words(
    """
    有限责任公司 股份有限公司 有限公司 集团股份有限公司 集团有限公司 集团公司 集团 总公司 分公司 子公司 公司
    股份 有限 个体工商户 个体户 个体 个人独资企业 独资 合伙企业 有限合伙 普通合伙 特殊普通合伙
    农民专业合作社 专业合作社 合作社 企业 工作室 工作坊 事务所 商行 商店 商铺 店铺 门店 分店 总店 旗舰店
    官方旗舰店 专营店 专卖店 专柜 网店 网铺 淘宝店 天猫店 微店 小店 抖店 店 铺 经营部 服务部 营业部 门市部
    销售部 工作站 中心 服务中心 厂 加工厂 团队 官方 官方账号 账号 公众号 直播间 频道 号 虚构 的 工坊
    """
)
FORMS_EN = _words(
    """
    co ltd limited inc incorporated llc llp corp corporation company plc gmbh pte group holdings studio
    studios workshop shop store stores official account channel the fictional
    """
)

# What very many firms of the micro-economy call their trade: these words alone never make two names alike.
_TRADES_ZH = _words(
    """
    科技 技术 信息 信息技术 信息科技 网络 网络科技 网络技术 互联网 数字 数码 数据 智能 软件 电子 电子商务
    电商 商务 商贸 贸易 文化 文化传媒 文化传播 文化创意 文化艺术 文创 传媒 传播 影视 影视文化 影像 影业 摄影
    视频 短视频 微电影 动漫 音乐 广告 广告传媒 策划 设计 创意 艺术 娱乐 演艺 经纪 直播 直播电商 直播带货
    带货 网红 自媒体 新媒体 媒体 内容 内容运营 运营 代运营 营销 推广 教育 教育科技 教育咨询 培训 咨询 管理
    管理咨询 企业管理 服务 生活服务 家政 家政服务 健康 健身 体育 旅游 旅行 旅行社 民宿 酒店 餐饮 餐饮管理
    餐饮服务 美食 小吃 食品 茶叶 茶饮 奶茶 咖啡 烘焙 火锅 服饰 服装 女装 男装 童装 鞋业 美妆 化妆品 美容
    美发 珠宝 饰品 家居 家具 百货 日用品 超市 便利 便利店 水果 生鲜 农产品 农业 手工 工艺品 母婴 玩具 宠物
    鲜花 花艺 投资 实业 发展 创业 供应链 中国 国际 平台 线上 在线 淘宝 天猫 抖音 快手 微信 微博 小红书
    视频号 美食博主 博主 主播 代购 微商 虚拟 创新 新业态 微经济 手作 美甲 修表 修车 汽修 面馆 小馆 茶馆 书屋
    书店 物流 用品 母婴用品 亲子 户外 发型 发型设计 理发 花店 饺子馆 面包 面包房 早餐 二创 农场 读书会 衣橱
    家居馆 餐厅 饭店 快餐 团购 社群 剪辑 游戏 电竞 汽车 维修 保洁 搬家
    """
)
_TRADES_EN = _words(
    """
    technology technologies tech information network networks internet digital data smart software
    electronic ecommerce commerce trading trade media culture cultural communication communications film
    films video videos short photography advertising design creative art arts entertainment live livestream
    livestreaming streaming influencer content operation operations marketing education training consulting
    management service services home health fitness sports sport travel tourism homestay hotel catering food
    foods snack tea coffee bakery fashion clothing apparel beauty jewelry online web micro international
    china global platform taobao tmall douyin wechat weibo blogger and of for by vlog vlogs crafts craft
    toys photo lab
    """
)

FORMS = _FORMS_ZH | FORMS_EN
TRADES = _TRADES_ZH | _TRADES_EN
