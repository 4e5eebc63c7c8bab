package io.agentanalytics.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a model name as reported by a sender to a name in the price book, by the table of rules
 * in {@code model-names.yaml}. Rules are applied one at a time, and the search ends at the first
 * known name, so that a name is changed as little as possible.
 *
 * <p>Prefixes come before endings: {@code openai/gpt-4o-2024-05-13} is looked up without its prefix
 * before it is looked up without its date, because a date can denote another price.
 */
final class ModelNames {
    /**
     * Maximum number of rules for a name. A name needs fewer; the limit only stops cyclic rules.
     */
    private static final int MAX_STEPS = 20;

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

    record NamesFile(List<Rule> prefixes, List<Rule> endings) {}

    /** Result of the search for a name. */
    record Found(
            String provider, String model, boolean regional, List<PriceQuote.PricingStep> steps) {}

    private record Compiled(Rule rule, Pattern pattern) {}

    private static final NamesFile FILE = YamlFile.resource("/model-names.yaml", NamesFile.class);
    private static final List<Compiled> PREFIXES = compile(FILE.prefixes());
    private static final List<Compiled> ENDINGS = compile(FILE.endings());

    private ModelNames() {}

    private static List<Compiled> compile(List<Rule> rules) {
        return rules.stream().map(r -> new Compiled(r, Pattern.compile(r.match()))).toList();
    }

    /** Returns all rules in the order of the file. */
    static List<Rule> rules() {
        return Stream.of(FILE.prefixes(), FILE.endings()).flatMap(List::stream).toList();
    }

    /**
     * Finds a known name for a model.
     *
     * @param provider provider in OpenTelemetry spelling
     * @param model model name in lower case
     * @param isKnown returns true if there are prices for a provider and model
     */
    static Found find(String provider, String model, BiPredicate<String, String> isKnown) {
        List<Search> forms = withoutPrefixes(new Search(provider, model));
        boolean changed = true;
        for (int step = 0; changed && step <= MAX_STEPS; step++) {
            for (Search form : forms) {
                if (isKnown.test(form.provider, form.model)) {
                    return form.found();
                }
            }
            changed = removeEnding(forms);
        }
        return forms.get(forms.size() - 1).found();
    }

    /** Returns the name as written, and after each rule for prefixes. */
    private static List<Search> withoutPrefixes(Search written) {
        List<Search> forms = new ArrayList<>(List.of(written));
        while (forms.size() <= MAX_STEPS) {
            Search next = new Search(forms.get(forms.size() - 1));
            if (PREFIXES.stream().noneMatch(next::apply)) {
                break;
            }
            forms.add(next);
        }
        return forms;
    }

    /** Applies the first rule that changes one of the names to all of them. */
    private static boolean removeEnding(List<Search> forms) {
        for (Compiled rule : ENDINGS) {
            boolean changed = false;
            for (Search form : forms) {
                changed |= form.apply(rule);
            }
            if (changed) {
                return true;
            }
        }
        return false;
    }

    /** Applies a single rule to a name. */
    static String apply(String rule, String model) {
        Search search = new Search("", model);
        Stream.of(PREFIXES, ENDINGS)
                .flatMap(List::stream)
                .filter(r -> r.rule().rule().equals(rule))
                .forEach(search::apply);
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

        Search(Search from) {
            this(from.provider, from.model);
            regional = from.regional;
            steps.addAll(from.steps);
        }

        Found found() {
            return new Found(provider, model, regional, List.copyOf(steps));
        }

        boolean apply(Compiled compiled) {
            Rule rule = compiled.rule();
            Matcher m = compiled.pattern().matcher(model);
            if (!m.find()) {
                return false;
            }
            String to = m.replaceFirst(Objects.requireNonNullElse(rule.to(), ""));
            if (to.isEmpty() || to.equals(model)) {
                return false;
            }
            if (rule.provider() != null) {
                provider = Providers.canonical(group(m, rule.provider()));
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
