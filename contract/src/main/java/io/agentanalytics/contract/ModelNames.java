package io.agentanalytics.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From a model's name as a sender writes it to the name that a price book knows, by the table of
 * rules in {@code model-names.yaml}. One rule at a time is applied, and the search ends at the
 * first name that is known: so a name is changed as little as possible.
 */
final class ModelNames {
    /** Two names of a model differ by fewer rules than this; it only bounds a circle of rules. */
    private static final int MOST_PASSES = 6;

    /**
     * A rule as the file has it.
     *
     * @param rule its name
     * @param match a regular expression over the name in lower case
     * @param to what takes the place of the match
     * @param provider who serves the model when the name says so; may refer to a group
     * @param regional whether what is cut off names an endpoint of one region
     * @param why what the rule is for, as an explanation shows it
     * @param example a name, and what the rule alone makes of it
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

    record File(List<Rule> rules) {}

    /** Where the search for a name ended. */
    record Found(String provider, String model, boolean regional, List<PriceQuote.Step> steps) {}

    private record Compiled(Rule rule, Pattern pattern) {}

    private static final List<Compiled> RULES = load();

    private ModelNames() {}

    private static List<Compiled> load() {
        return rules().stream().map(r -> new Compiled(r, Pattern.compile(r.match()))).toList();
    }

    /** The table. */
    static List<Rule> rules() {
        return YamlFile.resource("/model-names.yaml", File.class).rules();
    }

    /**
     * Looks for a known name.
     *
     * @param provider as OpenTelemetry spells it
     * @param model in lower case
     * @param isKnown whether there are prices for a provider's model
     */
    static Found find(String provider, String model, BiPredicate<String, String> isKnown) {
        Search search = new Search(provider, model);
        boolean known = isKnown.test(provider, model);
        for (int pass = 0; !known && pass < MOST_PASSES; pass++) {
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

    /** What one rule alone makes of a name. */
    static String apply(String rule, String model) {
        Search search = new Search("", model);
        RULES.stream().filter(r -> r.rule().rule().equals(rule)).forEach(search::apply);
        return search.model;
    }

    private static final class Search {
        String provider;
        String model;
        boolean regional;
        final List<PriceQuote.Step> steps = new ArrayList<>();

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
            steps.add(new PriceQuote.Step(rule.rule(), rule.why(), model, to));
            regional |= rule.regional();
            model = to;
            return true;
        }

        private static String group(Matcher m, String provider) {
            return provider.equals("$1") ? String.valueOf(m.group(1)) : provider;
        }
    }
}
