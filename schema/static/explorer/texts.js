// The console's own words in both languages; descriptions in the reference come from the schema.

const TEXTS = {
  zh: {
    title: "名录接口",
    subtitle: "新业态成长型企业名录",
    skip: "跳到查询",
    signIn: "登录",
    signOut: "退出",
    token: "令牌",
    tokenHint: "不填即以公众身份访问",
    language: "语言",
    side: "参考、示例与历史",
    reference: "参考",
    examples: "示例",
    history: "历史",
    search: "搜索类型、字段与说明",
    forget: "清除历史",
    noHistory: "还没有运行过查询。",
    work: "查询",
    run: "运行",
    stop: "停止订阅",
    operation: "操作",
    query: "查询",
    variables: "变量（JSON）",
    headers: "其他请求头（JSON）",
    tabHint: "Tab 缩进；先按 Esc 再按 Tab 可离开编辑框。",
    answer: "结果",
    ready: "准备就绪。按 Ctrl+Enter 运行。",
    running: "正在运行…",
    connecting: "正在连接…",
    subscribed: "已订阅，收到 {count} 条。",
    ended: "订阅已结束，共 {count} 条。",
    closed: "连接已关闭（{code} {reason}）。",
    done: "HTTP {status} · {ms} 毫秒 · {bytes} 字节",
    doneAtCost: "HTTP {status} · {ms} 毫秒 · {bytes} 字节 · 代价 {cost}",
    failed: "请求未能完成：{reason}",
    badVariables: "变量不是有效的 JSON 对象。",
    badHeaders: "请求头不是有效的 JSON 对象。",
    signedInAs: "{subject}（{roles}）",
    public: "公众",
    refused: "令牌无效",
    home: "目录",
    noSchema: "匿名用户不能做内省查询。请填写令牌，或阅读模式全文：",
    schemaText: "模式全文",
    nothingFound: "没有找到“{text}”。",
    fields: "字段",
    inputs: "输入字段",
    values: "取值",
    arguments: "参数",
    possible: "实现它的类型",
    implements: "实现",
    usedBy: "出现于",
    roots: "入口",
    objects: "对象",
    interfaces: "接口",
    inputTypes: "输入",
    enums: "枚举",
    scalars: "标量",
    required: "必填",
    defaultsTo: "默认 {value}",
  },
  en: {
    title: "Directory API",
    subtitle: "New-business growth companies",
    skip: "Skip to the query",
    signIn: "Sign in",
    signOut: "Sign out",
    token: "Token",
    tokenHint: "empty: you are the public",
    language: "Language",
    side: "Reference, examples and history",
    reference: "Reference",
    examples: "Examples",
    history: "History",
    search: "Search types, fields, descriptions",
    forget: "Forget history",
    noHistory: "Nothing has been run yet.",
    work: "Query",
    run: "Run",
    stop: "Stop",
    operation: "Operation",
    query: "Query",
    variables: "Variables (JSON)",
    headers: "Other headers (JSON)",
    tabHint: "Tab indents; Esc, then Tab leaves the editor.",
    answer: "Answer",
    ready: "Ready. Ctrl+Enter runs.",
    running: "Running…",
    connecting: "Connecting…",
    subscribed: "Subscribed; {count} received.",
    ended: "The subscription has ended; {count} received.",
    closed: "The connection was closed ({code} {reason}).",
    done: "HTTP {status} · {ms} ms · {bytes} bytes",
    doneAtCost: "HTTP {status} · {ms} ms · {bytes} bytes · cost {cost}",
    failed: "The request failed: {reason}",
    badVariables: "The variables are not a JSON object.",
    badHeaders: "The headers are not a JSON object.",
    signedInAs: "{subject} ({roles})",
    public: "public",
    refused: "token refused",
    home: "Contents",
    noSchema: "Introspection is for signed-in callers. Give a token, or read the schema as text:",
    schemaText: "the schema",
    nothingFound: "Nothing found for “{text}”.",
    fields: "Fields",
    inputs: "Input fields",
    values: "Values",
    arguments: "Arguments",
    possible: "Types that implement it",
    implements: "Implements",
    usedBy: "Used by",
    roots: "Start here",
    objects: "Objects",
    interfaces: "Interfaces",
    inputTypes: "Inputs",
    enums: "Enumerations",
    scalars: "Scalars",
    required: "required",
    defaultsTo: "default {value}",
  },
};

const KEPT_AS = "explorer-language";
let current = localStorage.getItem(KEPT_AS) ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export const language = () => current;

/** The sentence for `key` in the present language, its {places} filled from `values`. */
export function say(key, values = {}) {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Puts the page into a language; without one, into the kept or the browser's. */
export function speak(chosen = current) {
  current = chosen;
  localStorage.setItem(KEPT_AS, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = `${say("title")} · ${say("subtitle")}`;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const choice of ["zh", "en"]) document.getElementById(choice).setAttribute("aria-pressed", String(choice === chosen));
}
