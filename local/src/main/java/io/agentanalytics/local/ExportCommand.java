package io.agentanalytics.local;

import io.agentanalytics.local.command.DatabaseOptions;
import io.agentanalytics.local.command.Times;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.export.ExportTable;
import io.agentanalytics.local.export.FileFormat;
import io.agentanalytics.local.export.TableExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that exports a table to a file. */
@Command(
        name = "export",
        description =
                "Writes a table to a Parquet, CSV or NDJSON file. docs/grafana.md describes the"
                        + " tables.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ExportCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            defaultValue = "tasks",
            completionCandidates = TableNames.class,
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    String table;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description = "parquet, csv or ndjson (default: ${DEFAULT-VALUE}).")
    String format;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "Start, such as 2026-11-22 or 2026-11-22T14:00:00Z.")
    String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive; now by default.")
    @Nullable String to;

    @Option(
            names = "--granularity",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description =
                    "Length of the windows of statistics: 60 or 3600; 10 for the fleet and"
                            + " providers, 300 or 86400 for agents and dimensions (default:"
                            + " ${DEFAULT-VALUE}).")
    int granularity;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The file; TABLE.FORMAT in this directory by default.")
    @Nullable Path output;

    @Mixin DatabaseOptions database;

    /** Names of the tables, for the help and completion. */
    static final class TableNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ExportTable.names().iterator();
        }
    }

    @Override
    public Integer call() throws SQLException, IOException {
        Instant begin = Times.parse("--from", from);
        Instant end = to == null ? Instant.now() : Times.parse("--to", to);
        if (!begin.isBefore(end)) {
            throw new UserError(
                    "--from is %s; write a time before --to, %s.".formatted(begin, end));
        }
        write(begin, end, tableOfName(), formatOfName());
        return 0;
    }

    private ExportTable tableOfName() {
        try {
            ExportTable of = ExportTable.of(table);
            of.requireGranularity(granularity);
            return of;
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }

    private FileFormat formatOfName() {
        try {
            return FileFormat.of(format);
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }

    private void write(Instant begin, Instant end, ExportTable of, FileFormat as)
            throws SQLException, IOException {
        Path file = output == null ? Path.of(table + "." + as.suffix()) : output;
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
            throw new UserError(
                    "--output is '%s'; write a file in an existing directory.".formatted(file));
        }
        try (Connection connection = database.connect()) {
            long rows = new TableExport(connection, of, granularity).write(begin, end, as, file);
            spec.commandLine()
                    .getOut()
                    .printf("%s: %d rows, %d bytes%n", file, rows, Files.size(file));
            spec.commandLine().getOut().flush();
        }
    }
}
