package io.agentanalytics.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a model name as reported by a sender to a name in the price book, by the table of rules
 * in {@code model-names.yaml}. Rules are applied one at a time, and the search ends at the first
 * known name, so that a name is changed as little as possible.
 */
final class ModelNames {
    /**
     * Maximum number of passes over the rules. A name needs fewer; the limit only stops cyclic
     * rules.
     */
    private static final int MAX_PASSES = 6;

    /**
     * A rule as written in the file.
     *
     * @param rule name of the rule
     * @param match regular expression over the name in lower case
     * @param to replacement of the match
     * @param provider provider of the model if the name implies one; may refer to a group
     * @param regional true if the removed part denotes an endpoint in one region
     * @param why purpose of the rule, as shown in an explanation
     * @param example a name, and the result of applying only this rule
     */
    record Rule(
            String rule,
            String match,
            @Nullable String to,
            @Nullable String provider,
            boolean regional,
            String why,
            Example example) {}

    record Example(String from, String to) {}

    record NamesFile(List<Rule> rules) {}

    /** Result of the search for a name. */
    record Found(
            String provider, String model, boolean regional, List<PriceQuote.PricingStep> steps) {}

    private record Compiled(Rule rule, Pattern pattern) {}

    private static final List<Compiled> RULES = load();

    private ModelNames() {}

    private static List<Compiled> load() {
        return rules().stream().map(r -> new Compiled(r, Pattern.compile(r.match()))).toList();
    }

    /** Reads the table of rules. */
    static List<Rule> rules() {
        return YamlFile.resource("/model-names.yaml", NamesFile.class).rules();
    }

    /**
     * Finds a known name for a model.
     *
     * @param provider provider in OpenTelemetry spelling
     * @param model model name in lower case
     * @param isKnown returns true if there are prices for a provider and model
     */
    static Found find(String provider, String model, BiPredicate<String, String> isKnown) {
        Search search = new Search(provider, model);
        boolean known = isKnown.test(provider, model);
        for (int pass = 0; !known && pass < MAX_PASSES; pass++) {
            String before = search.model;
            for (Compiled rule : RULES) {
                known = search.apply(rule) && isKnown.test(search.provider, search.model);
                if (known) {
                    break;
                }
            }
            if (search.model.equals(before)) {
                break;
            }
        }
        return new Found(search.provider, search.model, search.regional, List.copyOf(search.steps));
    }

    /** Applies a single rule to a name. */
    static String apply(String rule, String model) {
        Search search = new Search("", model);
        RULES.stream().filter(r -> r.rule().rule().equals(rule)).forEach(search::apply);
        return search.model;
    }

    private static final class Search {
        String provider;
        String model;
        boolean regional;
        final List<PriceQuote.PricingStep> steps = new ArrayList<>();

        Search(String provider, String model) {
            this.provider = provider;
            this.model = model;
        }

        boolean apply(Compiled compiled) {
            Rule rule = compiled.rule();
            Matcher m = compiled.pattern().matcher(model);
            if (!m.find()) {
                return false;
            }
            if (rule.provider() != null) {
                provider = Providers.canonical(group(m, rule.provider()));
            }
            String to = m.replaceFirst(Objects.requireNonNullElse(rule.to(), ""));
            if (to.isEmpty() || to.equals(model)) {
                return false;
            }
            steps.add(new PriceQuote.PricingStep(rule.rule(), rule.why(), model, to));
            regional |= rule.regional();
            model = to;
            return true;
        }

        private static String group(Matcher m, String provider) {
            return provider.equals("$1") ? String.valueOf(m.group(1)) : provider;
        }
    }
}
