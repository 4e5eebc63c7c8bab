package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Lines of sources other than Java have at most 100 columns, lines of Java at most 120; none has
 * tabs or trailing blanks. The Java formatter leaves the contents of literals as they are, so that
 * its own limit of 100 columns does not hold for them.
 */
class FormatTest {
    private static final Path ROOT = Path.of("..");
    private static final int COLUMNS = 100;
    private static final int JAVA_COLUMNS = 120;

    private static final Set<String> KINDS =
            Set.of("js", "css", "html", "sql", "yml", "yaml", "xml", "sh", "Dockerfile");

    /** Directories whose files without a suffix are scripts. */
    private static final Set<String> SCRIPTS = Set.of("scripts", ".ci", "docker");

    private static final Set<String> NOT_OURS =
            Set.of("target", "vendor", "node_modules", ".git", ".mvn", "golden", "data");

    /** Flyway compares the checksum of a migration that has run: these stay as they are. */
    private static final Pattern OLD_MIGRATION = Pattern.compile("V[1-9]__\\w+\\.sql");

    /** A URL, a class name or a regular expression, which no line break could shorten. */
    private static final Pattern UNBREAKABLE = Pattern.compile("\\S{61,}");

    /** A conversion such as {@code %,d} or {@code %.2f}; {@code %%f} is none. */
    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?<=[^%]|%%)%(?:[-+0 (]*,[-+0 (]*\\d*d|[-+0 (,]*\\d*(?:\\.\\d+)?[feg]\\b)");

    /** A method that takes a format. */
    private static final Pattern FORMATTER = Pattern.compile("(\\w+)\\([^()]*String format\\b");

    @Test
    void noLineIsTooLong_orHasTabsOrTrailingBlanks() throws IOException {
        assertThat(faults(FormatTest::isChecked, COLUMNS)).isEmpty();
    }

    @Test
    void noLineOfJavaIsTooLong_orHasTabsOrTrailingBlanks() throws IOException {
        assertThat(faults(FormatTest::isJava, JAVA_COLUMNS)).isEmpty();
    }

    /**
     * A number in a text, with decimals or thousands, must be the same on every machine: the
     * statement formats it with {@code TextFormat} or {@code Locale.ROOT}, or by a method of its
     * file that does.
     */
    @Test
    void noNumberDependsOnTheLocaleOfTheMachine() throws IOException {
        List<String> faults = new ArrayList<>();
        walk(
                file -> isJava(file) && file.toString().contains("/src/main/"),
                file -> {
                    String text = String.join("\n", linesOf(file));
                    Matcher number = NUMBER.matcher(text);
                    while (number.find()) {
                        if (!isFixed(statementBefore(text, number.start()), text)) {
                            long line = text.substring(0, number.start()).lines().count();
                            faults.add(ROOT.relativize(file) + ":" + line + " " + number.group());
                        }
                    }
                });
        assertThat(faults).isEmpty();
    }

    private static String statementBefore(String text, int end) {
        String before = text.substring(0, end);
        int start = Math.max(before.lastIndexOf(";\n"), before.lastIndexOf("{\n"));
        return before.substring(start + 1);
    }

    private static boolean isFixed(String statement, String text) {
        if (statement.contains("Locale.ROOT") || statement.contains("TextFormat.format(")) {
            return true;
        }
        boolean hasFormatter =
                text.contains("Locale.ROOT, format,") || text.contains("TextFormat.format(format,");
        return hasFormatter
                && FORMATTER
                        .matcher(text)
                        .results()
                        .anyMatch(m -> statement.contains(m.group(1) + "("));
    }

    private static boolean isChecked(Path file) {
        String name = file.getFileName().toString();
        String directory = file.getParent().getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0
                ? SCRIPTS.contains(directory)
                : KINDS.contains(name.substring(dot + 1)) && !OLD_MIGRATION.matcher(name).matches();
    }

    private static boolean isJava(Path file) {
        return file.toString().endsWith(".java");
    }

    private static List<String> faults(Predicate<Path> wanted, int columns) throws IOException {
        List<String> faults = new ArrayList<>();
        walk(wanted, file -> check(file, columns, faults));
        return faults;
    }

    private static void walk(Predicate<Path> wanted, Consumer<Path> check) throws IOException {
        int[] files = {0};
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(directory.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (wanted.test(file)) {
                            files[0]++;
                            check.accept(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        assertThat(files[0]).as("files found").isGreaterThan(40);
    }

    private static void check(Path file, int columns, List<String> faults) {
        List<String> lines = linesOf(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String place = ROOT.relativize(file) + ":" + (i + 1);
            if (isTooLong(line, columns)) {
                faults.add(place + " has " + line.length() + " columns");
            }
            if (line.contains("\t")) {
                faults.add(place + " has a tab");
            }
            if (!line.equals(line.stripTrailing())) {
                faults.add(place + " ends with a blank");
            }
        }
    }

    private static boolean isTooLong(String line, int columns) {
        return line.length() > columns
                && !UNBREAKABLE.matcher(line).find()
                && !line.startsWith("import ")
                && !line.startsWith("package ");
    }

    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
