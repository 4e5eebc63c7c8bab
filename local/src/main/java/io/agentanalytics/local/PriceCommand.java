package io.agentanalytics.local;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Price;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.PriceQuote;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.command.Times;
import io.agentanalytics.local.command.UserError;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand that explains how the price book prices a model. Requires no running component. */
@Command(
        name = "price",
        description =
                "Shows the row of the price book that prices a model, and the rules that lead to"
                        + " it. Exits with 1 if there is none.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PriceCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "As clients write it.")
    String model;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = "",
            description = "As clients write it; rows of one host are found with it alone.")
    String provider;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Service tier, such as batch, flex or priority.")
    String tier;

    @Option(
            names = "--time",
            paramLabel = "T",
            description =
                    "When the call ended, such as 2026-07-30 or 2026-07-30T12:00:00Z; now by default.")
    @Nullable String time;

    @Option(
            names = "--input",
            paramLabel = "N",
            defaultValue = "-1",
            description = "All input tokens; with them there is a cost.")
    long input;

    @Option(
            names = "--output",
            paramLabel = "N",
            defaultValue = "0",
            description = "Output tokens (default: ${DEFAULT-VALUE}).")
    long output;

    @Option(
            names = "--price-book",
            paramLabel = "FILE",
            description =
                    "Custom price book, as the job's --price-book; by default, the standard one.")
    @Nullable Path book;

    @Override
    public Integer call() {
        if (model.isBlank()) {
            throw new UserError("MODEL is empty; write the name of a model, such as gpt-5.");
        }
        require("--input", input, -1);
        require("--output", output, 0);
        PriceBook prices = book == null ? PriceBook.standard() : PriceBook.of(book);
        PriceQuote quote = prices.explain(asked());
        PrintWriter out = spec.commandLine().getOut();
        print(quote, out);
        out.flush();
        return quote.row() == null ? 1 : 0;
    }

    private static void require(String option, long tokens, long least) {
        if (tokens < least) {
            throw new UserError(
                    "%s is %d; write a number of tokens, 0 or more.".formatted(option, tokens));
        }
    }

    private TaskEvent asked() {
        return new TaskEventBuilder(EventType.LLM_CALL, "price", time(), "price", "")
                .on(provider, model)
                .tokens(input, TaskEvent.ABSENT, TaskEvent.ABSENT, output, TaskEvent.ABSENT)
                .serviceTier(tier.toLowerCase(Locale.ROOT))
                .build();
    }

    private Instant time() {
        return time == null ? Instant.now() : Times.parse("--time", time);
    }

    private static void print(PriceQuote quote, PrintWriter out) {
        line(out, "model", quote.model());
        quote.rules().forEach(step -> line(out, step.rule(), step.to() + "  (" + step.why() + ")"));
        PriceQuote.BookRow row = quote.row();
        Price.Amounts usd = quote.usdPerMillion();
        if (row == null || usd == null) {
            line(out, "nearest", String.join(", ", quote.nearest()));
        } else {
            line(out, "row", describe(row));
            line(out, "source", row.source() + ", as of " + day(row.asOf()));
            line(out, "prices of", prices(quote));
            line(out, "USD per million", describe(usd));
        }
        if (quote.costUsd() != null) {
            line(out, "cost", "$" + quote.costUsd().stripTrailingZeros().toPlainString());
        }
        if (quote.note() != null) {
            line(out, "note", quote.note());
        }
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf(Locale.ROOT, "%-20s %s%n", what, value);
    }

    private static String describe(PriceQuote.BookRow row) {
        return row.model()
                + (row.provider() == null ? "" : " at " + row.provider())
                + (row.effectiveFrom() == null ? "" : " from " + day(row.effectiveFrom()));
    }

    private static String prices(PriceQuote quote) {
        return quote.serviceTier()
                + (quote.regional() ? ", endpoint of one region" : "")
                + (quote.aboveInputTokens() == null
                        ? ""
                        : ", above " + quote.aboveInputTokens() + " input tokens");
    }

    private static String describe(Price.Amounts usd) {
        return "input %s, cached input %s, cache write %s, for an hour %s, output %s"
                .formatted(
                        usd.input(),
                        usd.cachedInput(),
                        usd.cacheWrite(),
                        usd.cacheWrite1h(),
                        usd.output());
    }

    private static String day(@Nullable Instant time) {
        return time == null ? "an unknown day" : time.toString().substring(0, 10);
    }
}
