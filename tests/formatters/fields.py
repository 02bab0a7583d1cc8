"""Reads the fields of a line as the formats promise them: plain, or in double quotes with two escapes."""


def split(line: str, separator: str = ",") -> list[str]:
    """The line's fields with quotes resolved."""
    return [unquote(field) for field in split_raw(line, separator)]


def split_raw(line: str, separator: str = ",") -> list[str]:
    """The line's fields as they are written."""
    fields, start, position, quoted = [], 0, 0, False
    while position < len(line):
        if quoted and line[position] == "\\":
            position += 1
        elif line[position] == '"':
            quoted = not quoted
        elif not quoted and line.startswith(separator, position):
            fields.append(line[start:position])
            start = position + len(separator)
            position = start - 1
        position += 1
    return [*fields, line[start:]]


def unquote(field: str) -> str:
    """The text that a field stands for."""
    if not field.startswith('"'):
        assert '"' not in field, field
        return field
    assert field.endswith('"'), field
    assert len(field) > 1, field
    inner = field[1:-1]
    return "".join(_unescaped(inner))


def _unescaped(text: str) -> list[str]:
    result, position = [], 0
    while position < len(text):
        position += text[position] == "\\"
        result.append(text[position])
        position += 1
    return result
