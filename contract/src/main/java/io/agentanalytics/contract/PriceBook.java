package io.agentanalytics.contract;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * List prices by model, effective-dated, with tiers by context size. Prices a request by the row in
 * force at the event's own time, so a replay costs what the day cost.
 *
 * <p>A model is looked up with its provider, then without, then with the date at its end cut off
 * ({@code claude-sonnet-4-5-20250929}).
 */
public final class PriceBook {
    private static final BigDecimal PICOS_PER_USD_PER_MILLION = BigDecimal.valueOf(1_000_000);
    private static final Pattern DATE_SUFFIX =
            Pattern.compile("[-@](\\d{8}|\\d{4}-\\d{2}-\\d{2})$");

    /** The file's shape; amounts are dollars per million tokens. */
    record File(List<Row> prices) {}

    record Row(
            String model,
            @Nullable String provider,
            @Nullable Instant effectiveFrom,
            Amounts usdPerMillion,
            @Nullable Tier aboveInputTokens,
            String source) {}

    record Amounts(
            BigDecimal input,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            BigDecimal output) {}

    record Tier(long threshold, Amounts usdPerMillion) {}

    private record Entry(long fromMillis, Price base, long threshold, Price above) {}

    private final Map<String, List<Entry>> entries = new HashMap<>();
    private final Map<String, List<Entry>> found = new HashMap<>();

    private PriceBook(File file) {
        for (Row row : file.prices()) {
            entries.computeIfAbsent(key(row.provider(), row.model()), k -> new ArrayList<>())
                    .add(entry(row));
        }
        for (List<Entry> list : entries.values()) {
            list.sort(Comparator.comparingLong(Entry::fromMillis).reversed());
        }
    }

    /** The book that ships with the product. */
    public static PriceBook standard() {
        try (InputStream in =
                Objects.requireNonNull(PriceBook.class.getResourceAsStream("/price-book.yaml"))) {
            return parse(in.readAllBytes(), "the price book of this version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A book of the user's own, which replaces the standard one.
     *
     * @throws IllegalArgumentException if the file cannot be read or has a wrong row
     */
    public static PriceBook of(Path file) {
        try {
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read the price book " + file + ".", e);
        }
    }

    /** Reads a book's YAML text; {@code name} is how errors call it. */
    public static PriceBook parse(byte[] yaml, String name) {
        YAMLMapper mapper =
                YAMLMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .build();
        mapper.registerModule(
                new SimpleModule().addDeserializer(Instant.class, new InstantReader()));
        try {
            return new PriceBook(mapper.readValue(yaml, File.class));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "Cannot use " + name + ": " + e.getMessage() + " See docs/price-book.md.", e);
        }
    }

    /**
     * The list price of a request in nano-dollars, or {@link TaskEvent#ABSENT} when the model or
     * the tokens are not known.
     */
    public long costNanos(TaskEvent e) {
        if (e.inputTokens() < 0 || e.outputTokens() < 0) {
            return TaskEvent.ABSENT;
        }
        for (Entry entry : rows(e.provider(), e.model())) {
            if (entry.fromMillis <= e.timeMillis()) {
                Price price = e.inputTokens() > entry.threshold ? entry.above : entry.base;
                return price.costNanos(
                        e.inputTokens(),
                        e.cachedInputTokens(),
                        e.cacheWriteTokens(),
                        e.outputTokens());
            }
        }
        return TaskEvent.ABSENT;
    }

    private List<Entry> rows(String provider, String model) {
        String key = key(provider, model);
        List<Entry> rows = found.get(key);
        if (rows == null) {
            String undated = DATE_SUFFIX.matcher(model).replaceFirst("");
            rows = firstOf(key, key(null, model), key(provider, undated), key(null, undated));
            if (found.size() < 10_000) { // model names come from outside
                found.put(key, rows);
            }
        }
        return rows;
    }

    private List<Entry> firstOf(String... keys) {
        for (String key : keys) {
            List<Entry> rows = entries.get(key);
            if (rows != null) {
                return rows;
            }
        }
        return List.of();
    }

    private static String key(@Nullable String provider, String model) {
        return provider == null ? model : provider + ' ' + model;
    }

    private static Entry entry(Row row) {
        long from =
                row.effectiveFrom() == null ? Long.MIN_VALUE : row.effectiveFrom().toEpochMilli();
        Price base = price(row.usdPerMillion());
        Tier tier = row.aboveInputTokens();
        return tier == null
                ? new Entry(from, base, Long.MAX_VALUE, base)
                : new Entry(from, base, tier.threshold(), price(tier.usdPerMillion()));
    }

    private static Price price(Amounts a) {
        long input = picos(a.input());
        return new Price(
                input,
                a.cachedInput() == null ? input : picos(a.cachedInput()),
                a.cacheWrite() == null ? input : picos(a.cacheWrite()),
                picos(a.output()));
    }

    private static long picos(BigDecimal usdPerMillion) {
        if (usdPerMillion.signum() < 0 || usdPerMillion.compareTo(BigDecimal.valueOf(1000)) > 0) {
            throw new IllegalArgumentException(
                    usdPerMillion + " is not a price between 0 and 1000 USD per million tokens.");
        }
        return usdPerMillion.multiply(PICOS_PER_USD_PER_MILLION).longValueExact();
    }
}
