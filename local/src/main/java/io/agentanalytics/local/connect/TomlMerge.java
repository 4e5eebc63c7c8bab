package io.agentanalytics.local.connect;

import io.agentanalytics.local.connect.TomlStatements.Statement;
import java.util.List;

/** Puts the keys of one table into a TOML file. Everything else remains as it is. */
final class TomlMerge {
    private TomlMerge() {}

    /**
     * Returns the text with these settings.
     *
     * @param wanted one table with keys
     * @throws IllegalArgumentException if the existing text is not TOML, or writes the table in a
     *     form that cannot be changed line by line
     */
    static String merge(String existing, String wanted) {
        List<Statement> settings = TomlStatements.of(wanted);
        String table = settings.get(0).name();
        String result = existing;
        List<Statement> known = TomlStatements.of(existing);
        requireSimple(known, table);
        if (known.stream().noneMatch(s -> s.isTable() && s.name().equals(table))) {
            return appended(existing, wanted);
        }
        for (Statement setting : settings.subList(1, settings.size())) {
            result = put(result, table, setting.name(), textOf(wanted, setting));
        }
        return result;
    }

    // [otel.exporter] and otel.exporter = ... say the same as exporter = ... in [otel].
    private static void requireSimple(List<Statement> known, String table) {
        for (Statement statement : known) {
            String name = statement.name();
            boolean inline = !statement.isTable() && name.equals(table);
            if (name.startsWith(table + ".") || inline) {
                throw new IllegalArgumentException(
                        "it has %s beside or instead of the table [%s]".formatted(name, table));
            }
        }
    }

    private static String appended(String existing, String wanted) {
        String separator = existing.isBlank() ? "" : existing.endsWith("\n") ? "\n" : "\n\n";
        return existing + separator + wanted + "\n";
    }

    private static String put(String text, String table, String key, String line) {
        Statement last = null;
        boolean inside = false;
        for (Statement statement : TomlStatements.of(text)) {
            inside = statement.isTable() ? statement.name().equals(table) : inside;
            if (inside && !statement.isTable() && statement.name().equals(key)) {
                return text.substring(0, statement.start())
                        + line
                        + text.substring(statement.end());
            }
            last = inside ? statement : last;
        }
        // A comment may follow on the line of the last statement.
        int end = last == null ? text.length() : text.indexOf('\n', last.end());
        return end < 0
                ? text + "\n" + line + "\n"
                : text.substring(0, end) + "\n" + line + text.substring(end);
    }

    private static String textOf(String text, Statement statement) {
        return text.substring(statement.start(), statement.end());
    }
}
