package io.agentanalytics.local.connect;

import java.util.ArrayList;
import java.util.List;

/**
 * Statements of a TOML text with their places: tables, and keys with values that may have several
 * lines. Values are not interpreted.
 */
final class TomlStatements {
    /**
     * A table header or a key with its value.
     *
     * @param name name of the table, or key
     * @param end index after the last character, before the line end
     */
    record Statement(boolean isTable, String name, int start, int end) {}

    private static final List<String> QUOTES = List.of("\"\"\"", "'''", "\"", "'");

    private final String text;
    private final List<Statement> found = new ArrayList<>();
    private int at;

    private TomlStatements(String text) {
        this.text = text;
    }

    /**
     * Reads the statements.
     *
     * @throws IllegalArgumentException if the text is not TOML, with the number of the line
     */
    static List<Statement> of(String text) {
        TomlStatements statements = new TomlStatements(text);
        while (statements.at < text.length()) {
            statements.next();
        }
        return statements.found;
    }

    private void next() {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '#') {
            comment();
        } else {
            statement();
        }
    }

    private void comment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void statement() {
        int start = at;
        int depth = 0;
        int equals = -1;
        int end = at;
        while (at < text.length() && (depth > 0 || text.charAt(at) != '\n')) {
            char c = text.charAt(at);
            if (c == '#') {
                comment();
                continue;
            }
            if (c == '"' || c == '\'') {
                string(start);
            } else {
                depth += "[{".indexOf(c) >= 0 ? 1 : "]}".indexOf(c) >= 0 ? -1 : 0;
                equals = equals < 0 && c == '=' && depth == 0 ? at : equals;
                at++;
            }
            end = Character.isWhitespace(c) ? end : at;
        }
        add(start, end, equals, depth);
    }

    private void add(int start, int end, int equals, int depth) {
        boolean table = text.charAt(start) == '[' && equals < 0 && text.charAt(end - 1) == ']';
        if (depth != 0 || (!table && (equals <= start || equals == end - 1))) {
            throw broken(start);
        }
        String name = text.substring(start, table ? end : equals).replaceAll("[\\[\\]\"'\\s]", "");
        found.add(new Statement(table, name, start, end));
    }

    private void string(int statement) {
        String quote =
                QUOTES.stream().filter(q -> text.startsWith(q, at)).findFirst().orElseThrow();
        for (at += quote.length(); at < text.length(); at++) {
            if (text.charAt(at) == '\\' && quote.startsWith("\"")) {
                at++;
            } else if (text.startsWith(quote, at)) {
                at += quote.length();
                return;
            } else if (text.charAt(at) == '\n' && quote.length() == 1) {
                break;
            }
        }
        throw broken(statement);
    }

    private IllegalArgumentException broken(int position) {
        long line = 1 + text.substring(0, position).chars().filter(c -> c == '\n').count();
        return new IllegalArgumentException("line " + line + " is neither a table nor KEY = VALUE");
    }
}
