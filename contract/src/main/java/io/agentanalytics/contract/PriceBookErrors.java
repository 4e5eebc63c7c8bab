package io.agentanalytics.contract;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Explains why a price book is not of the documented form: row, field and value. */
final class PriceBookErrors {
    private PriceBookErrors() {}

    static String explain(byte[] yaml, IOException e) {
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return sentence(Json.shortened(e));
        }
        return row(yaml, mapping.getPath()) + sentence(reason(mapping));
    }

    private static String reason(JsonMappingException e) {
        String field = field(e.getPath());
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "there is no field '%s'; the fields are %s"
                    .formatted(
                            field,
                            new TreeSet<>(
                                    Objects.requireNonNullElse(
                                            unknown.getKnownPropertyIds(), List.of())));
        }
        if (e instanceof InvalidFormatException format) {
            return "%s is '%s'; write %s"
                    .formatted(
                            field,
                            Json.cut(String.valueOf(format.getValue())),
                            allowed(format.getTargetType()));
        }
        return field.isEmpty()
                ? "it is not of the documented form"
                : field + " is not of the documented form";
    }

    private static String allowed(Class<?> type) {
        if (type == Instant.class) {
            return "a day such as 2026-11-22";
        }
        return type == BigDecimal.class ? "a number such as 2.5" : "a whole number";
    }

    /** Returns the row of a path, such as {@code row 3, model 'gpt-5': }. */
    private static String row(byte[] yaml, List<JsonMappingException.Reference> path) {
        int index = path.size() > 1 ? path.get(1).getIndex() : -1;
        if (index < 0) {
            return "";
        }
        try {
            JsonNode prices = YamlFile.tree(yaml).path("prices");
            String model = (prices.isArray() ? prices.path(index) : prices).path("model").asText();
            return "row %d, model '%s': ".formatted(index + 1, Json.cut(model));
        } catch (IOException e) {
            return "row %d: ".formatted(index + 1);
        }
    }

    /** Returns the field of a row, such as {@code usd_per_million.input}. */
    private static String field(List<JsonMappingException.Reference> path) {
        StringBuilder field = new StringBuilder();
        for (var step : path.subList(path.size() > 1 ? 2 : 0, path.size())) {
            String name = step.getFieldName();
            field.append(name == null ? "[" + step.getIndex() + "]" : "." + name);
        }
        return field.isEmpty() ? "" : field.substring(field.charAt(0) == '.' ? 1 : 0);
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("…") ? text : text + ".";
    }
}
