package io.agentanalytics.contract;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A row of the price book. The prices of every tier are computed when the row is read. */
final class PriceRow {
    /**
     * A row as written in the file; amounts are dollars per million tokens.
     *
     * @param model a name, or, with a provider, a pattern with {@code *} at its beginning or end
     * @param tiers price factor of each service tier
     * @param regional price factor of an endpoint in one region
     * @param unpriced true if the price is unknown from this day on; the row has no prices then
     * @param asOf date at which the source was read
     */
    record Spec(
            @Nullable String model,
            @Nullable String provider,
            @Nullable Instant effectiveFrom,
            Price.@Nullable Amounts usdPerMillion,
            @Nullable List<ContextTier> aboveInputTokens,
            @Nullable Map<String, BigDecimal> tiers,
            @Nullable BigDecimal regional,
            @Nullable Boolean unpriced,
            @Nullable String source,
            @Nullable Instant asOf) {}

    /** Prices of requests whose total input exceeds a threshold. */
    record ContextTier(long threshold, Price.@Nullable Amounts usdPerMillion) {}

    static final String STANDARD = "standard";

    /** Provider names of the tier that is billed at the list price. */
    private static final Set<String> STANDARD_TIERS =
            Set.of("", STANDARD, "default", "auto", "standard_only", "on_demand");

    private static final BigDecimal GREATEST_FACTOR = BigDecimal.valueOf(100);

    final String model;
    final @Nullable String provider;
    final long fromMillis;
    final Spec spec;
    private final long[] thresholds;
    private final Price[] standard;
    private final Price[] regional;
    private final Map<String, Price[]> tiers = new HashMap<>();
    private final Map<String, Price[]> regionalTiers = new HashMap<>();

    PriceRow(Spec spec) {
        this.spec = spec;
        model = Objects.requireNonNullElse(spec.model(), "").strip().toLowerCase(Locale.ROOT);
        provider = spec.provider() == null ? null : Providers.canonical(spec.provider());
        Instant from = spec.effectiveFrom();
        fromMillis = from == null ? Long.MIN_VALUE : from.toEpochMilli();
        List<ContextTier> above = Objects.requireNonNullElse(spec.aboveInputTokens(), List.of());
        require(
                above.stream().allMatch(Objects::nonNull),
                "an entry of above_input_tokens is empty.");
        thresholds = above.stream().mapToLong(ContextTier::threshold).toArray();
        standard = isUnpriced() ? new Price[0] : prices(above);
        regional =
                times(
                        standard,
                        "regional",
                        Objects.requireNonNullElse(spec.regional(), BigDecimal.ONE));
        Objects.requireNonNullElse(spec.tiers(), Map.<String, BigDecimal>of())
                .forEach(this::addTier);
        requireSound();
    }

    private Price[] prices(List<ContextTier> above) {
        Price[] prices = new Price[above.size() + 1];
        prices[0] = Price.of(spec.usdPerMillion());
        for (int i = 0; i < above.size(); i++) {
            prices[i + 1] = Price.of(above.get(i).usdPerMillion());
        }
        return prices;
    }

    private void addTier(String name, @Nullable BigDecimal factor) {
        String tier = name.strip().toLowerCase(Locale.ROOT); // as in events
        require(
                !isStandard(tier),
                "the tier '%s' is the standard one; it has no factor.".formatted(name));
        require(!tiers.containsKey(tier), "there are two tiers '%s'.".formatted(tier));
        tiers.put(tier, times(standard, "tiers." + name, factor));
        regionalTiers.put(tier, times(regional, "tiers." + name, factor));
    }

    private void requireSound() {
        require(!model.isEmpty(), "a row has no model.");
        require(
                !isUnpriced() || (spec.usdPerMillion() == null && thresholds.length == 0),
                "an unpriced row has no prices.");
        int star = model.indexOf('*');
        require(
                star < 0 || provider != null,
                "a model with * needs a provider, or it would price everything.");
        require(
                star < 0 || (star == model.lastIndexOf('*') && (star == 0 || isPrefix())),
                "* may only begin or end a model.");
        require(
                thresholds.length == 0 || thresholds[0] > 0,
                "above_input_tokens needs a threshold above 0.");
        for (int i = 1; i < thresholds.length; i++) {
            require(
                    thresholds[i] > thresholds[i - 1],
                    "the thresholds of above_input_tokens must rise.");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static Price[] times(Price[] prices, String field, @Nullable BigDecimal factor) {
        if (factor == null || factor.signum() < 0 || factor.compareTo(GREATEST_FACTOR) > 0) {
            throw new IllegalArgumentException(
                    "%s is %s; write a factor between 0 and 100.".formatted(field, factor));
        }
        Price[] result = new Price[prices.length];
        for (int i = 0; i < prices.length; i++) {
            result[i] = prices[i].times(factor);
        }
        return result;
    }

    static boolean isStandard(String tier) {
        return STANDARD_TIERS.contains(tier);
    }

    /** Returns true if the row states that the price is unknown from its day on. */
    boolean isUnpriced() {
        return Boolean.TRUE.equals(spec.unpriced());
    }

    boolean isPattern() {
        return model.indexOf('*') >= 0;
    }

    private boolean isPrefix() {
        return model.endsWith("*");
    }

    /** Returns true if a model name matches the pattern. */
    boolean fits(String name) {
        return isPrefix()
                ? name.startsWith(model.substring(0, model.length() - 1))
                : name.endsWith(model.substring(1));
    }

    boolean hasTier(String tier) {
        return tiers.containsKey(tier);
    }

    /** Returns the price of a request; a tier that the row does not have is priced as standard. */
    Price price(String tier, boolean ofRegion, long inputTokens) {
        Price[] known = (ofRegion ? regionalTiers : tiers).get(tier);
        Price[] prices = known != null ? known : ofRegion ? regional : standard;
        return prices[level(inputTokens)];
    }

    /** Returns the highest threshold that the input exceeds, or null if there is none. */
    @Nullable Long thresholdBelow(long inputTokens) {
        int level = level(inputTokens);
        return level == 0 ? null : Long.valueOf(thresholds[level - 1]);
    }

    private int level(long inputTokens) {
        int level = 0;
        while (level < thresholds.length && inputTokens > thresholds[level]) {
            level++;
        }
        return level;
    }
}
