"""Sentences about rows of an import."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "row.not_json": (
        "该行不是有效的JSON；每行须为一个完整的JSON对象。",
        "This line is not valid JSON; each line must be one whole JSON object.",
    ),
    "row.too_long": (
        "该行过长：最多{longest}字节。",
        "This line is too long: at most {longest} bytes.",
    ),
    "row.field_twice": (
        "该字段在同一行中出现了多次，请只保留一次。",
        "This field is given more than once in the row: please give it once.",
    ),
    "row.quotes": (
        "第{first}行至第{last}行无法读取：引号未闭合，或引号后有多余字符，或单元格过长。",
        "Lines {first} to {last} cannot be read: a quotation mark is not closed or is followed by more, or a cell is too long.",
    ),
    "row.cells": (
        "该行有{cells}个单元格，而表头只有{columns}列。",
        "The row has {cells} cells, the header only {columns} columns.",
    ),
    "row.nameless_cell": (
        "该行有内容位于没有列名的列中。",
        "The row holds something in a column without a name.",
    ),
    "cell.too_long": (
        "单元格过长：最多{longest}个字符。",
        "The cell is too long: at most {longest} characters.",
    ),
    "cell.number": (
        "单元格以数字形式保存（{value}），前导零或末尾数字可能已丢失。请将该列设为文本格式后重新录入。",
        "The cell holds a number ({value}), which may have lost digits. Format the column as text and type the value again.",
    ),
    "cell.not_text": (
        "单元格保存的是日期、时间或逻辑值（{value}），而非文本。请将该列设为文本格式后重新录入。",
        "The cell holds a date, a time or a truth value ({value}), not a text. Format the column as text and type it again.",
    ),
    "header.missing": (
        "首行须为列名，但其中没有可识别的列名。",
        "The first row must name the columns, and holds no name that is known.",
    ),
    "header.unknown": (
        "没有名为“{column}”的列；说明列的列名请以下划线开头。",
        "There is no column {column}; the name of a remark begins with an underscore.",
    ),
    "header.twice": (
        "列“{column}”出现了多次，请只保留一列。",
        "The column {column} is there more than once: please keep one.",
    ),
    "header.too_many": (
        "表头有{given}列，最多{most}列。",
        "The header has {given} columns, at most {most} are read.",
    ),
}
