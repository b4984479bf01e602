"""Sentences about the evidence of reports."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "evidence.empty": ("文件是空的，请选择一个文件。", "The file is empty: choose one."),
    "evidence.too_large": (
        "文件不得超过{most} MB。",
        "A file has at most {most} MB.",
    ),
    "evidence.kind": (
        "仅接受完整的PDF、PNG、JPEG文件和UTF-8文本；以文件内容为准，不看扩展名。其他格式请另存为PDF。",
        "Only whole PDF, PNG and JPEG files and text in UTF-8 are taken; the content decides, not the name. Save anything "
        "else as PDF.",
    ),
    "evidence.same_content": (
        "该文件与已有的另一份文件内容完全相同。",
        "This is, byte for byte, another file of the report.",
    ),
    "evidence.too_many": (
        "每件堵点诉求最多附{most}份材料。",
        "A report has at most {most} files of evidence.",
    ),
    "evidence.too_much": (
        "每件堵点诉求的材料合计不得超过{most} MB，且增删次数有限。",
        "The files of a report have at most {most} MB in all, and cannot be exchanged without end.",
    ),
    "evidence.copy_before": (
        "该材料已有脱敏副本，请先撤回原副本。",
        "This file has a redaction copy: take that back first.",
    ),
    "evidence.not_yours": (
        "该材料应由提交方撤回。",
        "Whoever added this file takes it back.",
    ),
    "evidence.not_to_publish": (
        "只能公开尚未公开的脱敏副本。",
        "Only a redaction copy that is not public yet can be published.",
    ),
    "evidence.report_not_public": (
        "该堵点诉求未公开，不能公开其材料。",
        "This report is not public, so none of its files can be.",
    ),
}
