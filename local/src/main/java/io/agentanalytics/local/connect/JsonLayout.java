package io.agentanalytics.local.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes JSON in the layout of an existing text: its line ends, and its indentation. */
final class JsonLayout {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TWO_SPACES = "  ";

    private final String text;
    private final String newline;
    private final String unit;
    private final ObjectWriter pretty;

    JsonLayout(String text) {
        this.text = text;
        this.newline = text.contains("\r\n") ? "\r\n" : "\n";
        this.unit = unitOf(text);
        DefaultIndenter indenter = new DefaultIndenter(unit, newline);
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        this.pretty = MAPPER.writer(printer);
    }

    /** Returns the first indentation of the text. */
    private static String unitOf(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !indentOf(line).isEmpty())
                .map(JsonLayout::indentOf)
                .findFirst()
                .orElse(TWO_SPACES);
    }

    private static String indentOf(String line) {
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    /** Returns the fields as members to insert into this object, without a comma before them. */
    String fields(JsonPlace into, Map<String, JsonNode> fields) {
        return fields.entrySet().stream()
                .map(f -> lead(into) + string(f.getKey()) + ": " + member(into, f.getValue()))
                .collect(Collectors.joining(","));
    }

    String elements(JsonPlace into, List<JsonNode> elements) {
        return elements.stream()
                .map(e -> lead(into) + member(into, e))
                .collect(Collectors.joining(","));
    }

    /** Returns a value that replaces another one. */
    String value(JsonPlace place, JsonNode value) {
        return indented(value, indentAt(place.start()));
    }

    /** Returns the white space before the end of an object or array that was empty. */
    String closing(JsonPlace place) {
        return newline + indentAt(place.start());
    }

    // An object that is written on one line stays so; an empty one gets lines.
    private boolean isOneLine(JsonPlace place) {
        return place.node().size() > 0
                && text.substring(place.start(), place.end()).indexOf('\n') < 0;
    }

    private String lead(JsonPlace into) {
        return isOneLine(into) ? " " : newline + indentAt(into.start()) + unit;
    }

    private String member(JsonPlace into, JsonNode value) {
        return isOneLine(into) ? value.toString() : indented(value, indentAt(into.start()) + unit);
    }

    private String indented(JsonNode value, String indent) {
        try {
            return pretty.writeValueAsString(value).replace(newline, newline + indent);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree can be written
        }
    }

    private static String string(String name) {
        return MAPPER.getNodeFactory().textNode(name).toString();
    }

    private String indentAt(int position) {
        int line = text.lastIndexOf('\n', position - 1) + 1;
        return indentOf(text.substring(line, position) + "x");
    }
}
