package io.agentanalytics.contract;

import io.agentanalytics.contract.ModelNames.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Effective-dated list prices by model, with tiers for context size and service tier. A request is
 * priced by the row in effect at its event time, so that a replay yields the original cost.
 *
 * <p>A model name is looked up as reported, with and without its provider, and then after each of
 * the rules in {@code model-names.yaml}, which simplify the name step by step.
 */
public final class PriceBook {
    private static final int NAMES_KEPT = 10_000;
    private static final int NEAREST_SHOWN = 3;

    private static final Comparator<PriceRow> NEWEST_FIRST =
            Comparator.comparingLong((PriceRow row) -> row.fromMillis).reversed();

    /** A longer pattern fits fewer models, whatever its date. */
    private static final Comparator<PriceRow> LONGEST_FIRST =
            Comparator.comparingInt((PriceRow row) -> row.model.length())
                    .reversed()
                    .thenComparing(NEWEST_FIRST);

    /**
     * Schema of the file.
     *
     * @param ownPrices hosts that set the prices of all their models; a row without a provider does
     *     not apply to them
     */
    record File(@Nullable Set<String> ownPrices, @Nullable List<PriceRow.@Nullable Spec> prices) {}

    /** Rows of a model, newest first, and the result of the name search. */
    private record Lookup(List<PriceRow> rows, Found found) {
        /** Returns the row in effect at a time; null if there is none or it has no price. */
        @Nullable PriceRow at(long timeMillis) {
            PriceRow row = inForce(timeMillis);
            return row == null || row.isUnpriced() ? null : row;
        }

        /**
         * Returns the row in effect at a time; the oldest row also applies to all earlier times.
         */
        @Nullable PriceRow inForce(long timeMillis) {
            PriceRow inForce = null;
            for (PriceRow row : rows) {
                inForce = row;
                if (row.fromMillis <= timeMillis) {
                    break;
                }
            }
            return inForce;
        }
    }

    /** A model, and the provider that a row or a request names; names contain any character. */
    private record Key(@Nullable String provider, String model) {}

    private final Set<String> ownPrices;
    private final Map<Key, List<PriceRow>> rows = new HashMap<>();
    private final Map<String, List<PriceRow>> patterns = new HashMap<>();
    private final Map<Key, Lookup> found = new ConcurrentHashMap<>();

    private PriceBook(File file) {
        ownPrices =
                Objects.requireNonNullElse(file.ownPrices(), Set.<String>of()).stream()
                        .map(Providers::canonical)
                        .collect(Collectors.toUnmodifiableSet());
        for (PriceRow.@Nullable Spec spec :
                Objects.requireNonNullElse(file.prices(), List.<PriceRow.@Nullable Spec>of())) {
            add(spec);
        }
        rows.values().forEach(list -> list.sort(NEWEST_FIRST));
        patterns.values().forEach(list -> list.sort(LONGEST_FIRST));
    }

    private void add(PriceRow.@Nullable Spec spec) {
        if (spec == null) {
            throw new IllegalArgumentException("a row is empty.");
        }
        try {
            PriceRow row = new PriceRow(spec);
            List<PriceRow> of =
                    row.isPattern()
                            ? patterns.computeIfAbsent(
                                    String.valueOf(row.provider), p -> new ArrayList<>())
                            : rows.computeIfAbsent(
                                    new Key(row.provider, row.model), k -> new ArrayList<>());
            if (of.stream()
                    .anyMatch(r -> r.fromMillis == row.fromMillis && r.model.equals(row.model))) {
                throw new IllegalArgumentException("there are two rows from the same day.");
            }
            of.add(row);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Model '%s': %s".formatted(spec.model(), e.getMessage()), e);
        }
    }

    /** Returns the built-in price book. */
    public static PriceBook standard() {
        try {
            return parse(YamlFile.resource("/price-book.yaml"), "the price book of this version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a custom price book, which replaces the standard one.
     *
     * @throws IllegalArgumentException if the file cannot be read or contains an invalid row
     */
    public static PriceBook of(Path file) {
        try {
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read the price book " + file + ".", e);
        }
    }

    /** Parses a price book in YAML; error messages refer to it by {@code name}. */
    public static PriceBook parse(byte[] yaml, String name) {
        try {
            return new PriceBook(YamlFile.read(yaml, File.class));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot use %s: %s See docs/price-book.md."
                            .formatted(name, PriceBookErrors.explain(yaml, e)),
                    e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Cannot use " + name + ": " + e.getMessage() + " See docs/price-book.md.", e);
        }
    }

    /**
     * Returns the list price of a request in nano-dollars, or {@link TaskEvent#ABSENT} if the model
     * or the tokens are unknown. Output tokens may be unknown if they cost nothing: embeddings have
     * no output.
     */
    public long costNanos(TaskEvent e) {
        Lookup lookup = lookup(e.provider(), e.model());
        PriceRow row = lookup.at(e.timeMillis());
        if (row == null || e.tokens().input() < 0) {
            return TaskEvent.ABSENT;
        }
        Price price = price(row, lookup, e);
        return e.tokens().output() < 0 && price.output() != 0 ? TaskEvent.ABSENT : cost(price, e);
    }

    /** Returns the prices at a time for the standard tier and a short context; null if unknown. */
    public @Nullable Price price(String provider, String model, Instant time) {
        Lookup lookup = lookup(provider, model);
        PriceRow row = lookup.at(time.toEpochMilli());
        return row == null ? null : row.price(PriceRow.STANDARD, lookup.found().regional(), 0);
    }

    /**
     * Returns true if the model has a price but the service tier has none; the standard rate
     * applies.
     */
    public boolean lacksTier(TaskEvent e) {
        String tier = e.serviceTier();
        if (PriceRow.isStandard(tier)) {
            return false;
        }
        PriceRow row = lookup(e.provider(), e.model()).at(e.timeMillis());
        return row != null && !row.hasTier(tier);
    }

    private static Price price(PriceRow row, Lookup lookup, TaskEvent e) {
        return row.price(e.serviceTier(), lookup.found().regional(), e.tokens().input());
    }

    private static long cost(Price price, TaskEvent e) {
        return price.costNanos(
                e.tokens().input(),
                e.tokens().cachedInput(),
                e.tokens().cacheWrite(),
                e.cacheWrite1hTokens(),
                e.tokens().output());
    }

    /** Explains the price of a request; provider and model may be in any spelling. */
    public PriceQuote explain(TaskEvent reported) {
        String provider = Providers.canonical(reported.provider());
        TaskEvent e = TaskEventFields.builder(reported.withWholes()).provider(provider).build();
        Lookup lookup = lookup(provider, e.model());
        Found name = lookup.found();
        PriceRow row = lookup.at(e.timeMillis());
        Price price = row == null ? null : price(row, lookup, e);
        boolean hasTier = row != null && row.hasTier(e.serviceTier());
        long nanos = costNanos(e);
        return PriceQuoteBuilder.builder()
                .provider(reported.provider())
                .canonicalProvider(name.provider())
                .model(e.model())
                .canonicalModel(name.model())
                .row(row == null ? null : view(row))
                .rules(name.steps())
                .serviceTier(hasTier ? e.serviceTier() : PriceRow.STANDARD)
                .aboveInputTokens(row == null ? null : row.thresholdBelow(e.tokens().input()))
                .regional(name.regional())
                .usdPerMillion(price == null ? null : price.usdPerMillion())
                .costUsd(nanos < 0 ? null : BigDecimal.valueOf(nanos, 9))
                .note(note(lookup.inForce(e.timeMillis()), e))
                .nearest(row == null ? nearest(name.model()) : List.of())
                .build();
    }

    private static PriceQuote.BookRow view(PriceRow row) {
        PriceRow.Spec spec = row.spec;
        return new PriceQuote.BookRow(
                row.model, row.provider, spec.effectiveFrom(), spec.source(), spec.asOf());
    }

    private static @Nullable String note(@Nullable PriceRow row, TaskEvent e) {
        if (row == null || row.isUnpriced()) {
            String why =
                    row == null
                            ? "The model is not in the price book"
                            : "The price book has no price (" + row.spec.source() + ")";
            return why
                    + ", so its calls have no known cost. Add a row to a book of your own and name"
                    + " it with --price-book.";
        }
        if (PriceRow.isStandard(e.serviceTier()) || row.hasTier(e.serviceTier())) {
            return null;
        }
        return "The row has no price for the service tier '%s'; the standard price applies."
                .formatted(e.serviceTier());
    }

    private List<String> nearest(String model) {
        Set<String> names = new TreeSet<>();
        rows.values().forEach(list -> names.add(list.get(0).model));
        return Nearest.some(model, names, NEAREST_SHOWN);
    }

    private Lookup lookup(String provider, String model) {
        Key key = new Key(provider, model);
        Lookup known = found.get(key);
        if (known == null) {
            known = search(provider, model.strip().toLowerCase(Locale.ROOT));
            if (found.size() >= NAMES_KEPT) { // bounded: model names are external input
                found.clear();
            }
            found.put(key, known);
        }
        return known;
    }

    private Lookup search(String provider, String model) {
        Found name = ModelNames.find(provider, model, (p, m) -> !rowsOf(p, m).isEmpty());
        return new Lookup(rowsOf(name.provider(), name.model()), name);
    }

    /**
     * Returns the rows of the provider's model, else the rows whose pattern matches, else the rows
     * of the model without a provider, unless the provider sets the prices of all its models.
     */
    private List<PriceRow> rowsOf(String provider, String model) {
        List<PriceRow> own = rows.get(new Key(provider, model));
        if (own != null) {
            return own;
        }
        List<PriceRow> ofProvider = patterns.getOrDefault(provider, List.of());
        for (PriceRow row : ofProvider) {
            if (row.fits(model)) {
                return ofProvider.stream().filter(r -> r.model.equals(row.model)).toList();
            }
        }
        return ownPrices.contains(provider)
                ? List.of()
                : rows.getOrDefault(new Key(null, model), List.of());
    }
}
