"""The JSON Schema (2020-12) of a questionnaire file; ``questionnaires/schema.json`` publishes the same.

Descriptions are what an editor shows while typing, and what a fault of that field says to do. What a schema
cannot say (ids that must differ, translations that must be there) is in ``questionnaire_rules``.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

# Python's $ also matches before a last line break; this spelling means the same in every dialect.
END: Final = r"$(?!\n)"
LONGEST_ID: Final = 40
LONGEST_TEXT: Final = 10_000


def _text(description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "additionalProperties": {
            "type": "string",
            "pattern": r"\S",
            "description": "Viết câu chữ cho ngôn ngữ này, không để trống.",
        },
    }


def _object(description: str, *, required: list[str], properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


def _list(description: str, *, of: Schema, at_least: int = 1) -> Schema:
    return {"type": "array", "description": description, "minItems": at_least, "items": of}


def _id(pattern: str, description: str) -> Schema:
    return {"type": "string", "pattern": pattern + END, "maxLength": LONGEST_ID, "description": description}


_LEVEL: Final = _object(
    "Một mức của thang đo.",
    required=["value", "label"],
    properties={
        "value": {
            "type": "integer",
            "minimum": 1,
            "maximum": 5,
            "description": "Số nguyên từ 1 đến 5; số lớn hơn là hài lòng hơn.",
        },
        "label": _text("Chữ trên nút trả lời, cho từng ngôn ngữ."),
        "satisfied": {"type": "boolean", "description": "true nếu mức này được tính là hài lòng."},
        "dissatisfied": {
            "type": "boolean",
            "description": "true nếu mức này được tính là không hài lòng và mở câu hỏi “Vì sao?”.",
        },
    },
)
_SCALE: Final = _object(
    "Một thang đo: các mức theo thứ tự hiện trên trang.",
    required=["options"],
    properties={
        "options": {**_list("Các mức trả lời, từ 2 đến 11 mức.", of=_LEVEL, at_least=2), "maxItems": 11},
        "not_applicable": _text("Chữ cho lựa chọn “Không có ý kiến / không phát sinh”; bỏ đi nếu không dùng."),
    },
)
_CHOICE: Final = _object(
    "Một lựa chọn.",
    required=["value", "label"],
    properties={
        "value": _id(
            r"^[a-z0-9]+(-[a-z0-9]+)*",
            "Mã ngắn bằng chữ thường không dấu, số và gạch nối, ví dụ over-60; mã chỉ có số thì đặt trong dấu nháy.",
        ),
        "label": _text("Chữ hiện trên trang, cho từng ngôn ngữ."),
        "lowest": {"type": "integer", "description": "Số nhỏ nhất thuộc nhóm này (tính cả số đó)."},
        "highest": {"type": "integer", "description": "Số lớn nhất thuộc nhóm này (tính cả số đó)."},
    },
)
_LONGEST: Final = {
    "type": "integer",
    "minimum": 1,
    "maximum": LONGEST_TEXT,
    "description": "Số ký tự nhiều nhất được viết; bình thường là 2000 cho ý kiến và 500 cho câu “Vì sao?”.",
}
_CHOICES_NEED_OPTIONS: Final = {
    "if": {"required": ["type"], "properties": {"type": {"enum": ["choice", "choices"]}}},
    "then": {"required": ["options"]},
}
_FOLLOW_UP: Final = {
    **_object(
        "Câu hỏi “Vì sao?” mở ra khi người trả lời không hài lòng; viết false để không hỏi.",
        required=["type", "text"],
        properties={
            "type": {
                "enum": ["text", "choices"],
                "description": "text: viết tự do; choices: chọn một hay nhiều lý do.",
            },
            "text": _text("Câu hỏi đầy đủ, cho từng ngôn ngữ."),
            "name": _text("Tên ngắn dùng trong báo cáo; bỏ đi thì dùng chính câu hỏi."),
            "options": _list("Các lý do để chọn.", of=_CHOICE),
            "longest": _LONGEST,
        },
    ),
    **_CHOICES_NEED_OPTIONS,
    "type": ["object", "boolean"],
}
_QUESTION: Final = {
    **_object(
        "Một câu hỏi.",
        required=["id", "text", "name"],
        properties={
            "id": _id(
                r"^[A-Za-z][A-Za-z0-9_]*",
                "Mã câu hỏi bằng chữ không dấu, số và gạch dưới, bắt đầu bằng chữ, ví dụ A1.",
            ),
            "type": {
                "enum": ["scale", "choice", "text"],
                "description": "scale: chấm theo thang đo (mặc định); choice: chọn một; text: viết tự do.",
            },
            "text": _text("Câu hỏi đầy đủ như người dân đọc, cho từng ngôn ngữ."),
            "name": _text("Tên ngắn dùng trong bảng và báo cáo."),
            "scale": {
                "type": "string",
                "description": "Mã của một thang đo trong scales; bỏ đi nếu tệp chỉ có một thang đo.",
            },
            "options": _list("Các lựa chọn của câu hỏi.", of=_CHOICE),
            "follow_up": _FOLLOW_UP,
            "longest": _LONGEST,
        },
    ),
    **_CHOICES_NEED_OPTIONS,
}
_SECTION: Final = _object(
    "Một mục của phiếu.",
    required=["id", "kind", "title", "questions"],
    properties={
        "id": _id(
            r"^[A-Za-z][A-Za-z0-9_]*",
            "Mã mục bằng chữ không dấu, số và gạch dưới, bắt đầu bằng chữ, ví dụ A.",
        ),
        "kind": {
            "enum": ["overall", "dimension", "comment", "respondent"],
            "description": "overall: câu hỏi chung; dimension: một yếu tố gồm các tiêu chí; "
            "comment: ý kiến tự do; respondent: thông tin không bắt buộc về người trả lời.",
        },
        "title": _text("Tên mục như người dân đọc, cho từng ngôn ngữ."),
        "questions": _list("Các câu hỏi của mục; một yếu tố phải có ít nhất một tiêu chí.", of=_QUESTION),
    },
)
_METHOD: Final = {
    **_object(
        "Cách tính chỉ số: tên một cách có sẵn (share45, mean100, net, mean_of_criteria, all45) "
        "hoặc một nhóm id, version, kind.",
        required=["id", "version", "kind"],
        properties={
            "id": _id(r"^[a-z][a-z0-9_]*", "Tên cách tính bằng chữ thường không dấu, ví dụ ikm25."),
            "version": {"type": "integer", "minimum": 1, "description": "Số nguyên từ 1 trở lên."},
            "kind": {
                "enum": ["share", "mean", "net", "mean_of_criteria", "all"],
                "description": "share: tỷ lệ hài lòng; mean: điểm trung bình × multiply + add; "
                "net: hài lòng trừ không hài lòng; mean_of_criteria: trung bình các tiêu chí; "
                "all: tỷ lệ người hài lòng với mọi câu đã trả lời.",
            },
            "multiply": {
                "type": ["number", "string"],
                "pattern": r"^-?[0-9]+(/[1-9][0-9]*)?" + END,
                "description": "Số nhân với điểm trung bình, ví dụ 25 hoặc 100/3; chỉ dùng với kind: mean.",
            },
            "add": {
                "type": ["number", "string"],
                "pattern": r"^-?[0-9]+(/[1-9][0-9]*)?" + END,
                "description": "Số cộng thêm sau khi nhân, ví dụ 0 hoặc -25; chỉ dùng với kind: mean.",
            },
        },
    ),
    "type": ["object", "string"],
}

SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Phiếu khảo sát",
    **_object(
        "Một phiên bản của một phiếu khảo sát.",
        required=["id", "version", "languages", "title", "basis", "method", "scales", "sections"],
        properties={
            "id": _id(
                r"^[a-z][a-z0-9]*(-[a-z0-9]+)*",
                "Mã phiếu bằng chữ thường không dấu, số và gạch nối, ví dụ sipas-2017.",
            ),
            "version": {
                "type": "integer",
                "minimum": 1,
                "maximum": 9999,
                "description": "Số nguyên từ 1 trở lên; phiên bản đã có người trả lời không được sửa nữa.",
            },
            "languages": {
                **_list(
                    "Các ngôn ngữ của phiếu; luôn có vi.",
                    of={"type": "string", "pattern": r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*" + END},
                ),
                "uniqueItems": True,
                "contains": {"const": "vi"},
            },
            "title": _text("Tên phiếu, cho từng ngôn ngữ."),
            "basis": _text("Phiếu dựa theo văn bản nào, phần nào do nơi soạn tự viết."),
            "method": _METHOD,
            "scales": {
                "type": "object",
                "description": "Các thang đo, mỗi thang có một mã để câu hỏi gọi đến.",
                "minProperties": 1,
                "additionalProperties": _SCALE,
            },
            "follow_up": {
                **_FOLLOW_UP,
                "description": "Câu hỏi “Vì sao?” chung cho mọi tiêu chí không có câu riêng.",
            },
            "sections": _list("Các mục của phiếu theo thứ tự hiện trên trang.", of=_SECTION),
        },
    ),
}
