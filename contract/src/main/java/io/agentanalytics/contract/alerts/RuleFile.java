package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads rules from a YAML or JSON file: a list under {@code rules}, or a single rule. */
public final class RuleFile {
    private RuleFile() {}

    /**
     * Reads the rules of a file.
     *
     * @throws IllegalArgumentException if a rule is invalid; the message names the rule, the value
     *     and the allowed values
     */
    public static List<AlertRule> read(Path file) {
        JsonNode root;
        try {
            root = YAMLMapper.builder().build().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot read rules from %s: %s".formatted(file, Json.shortened(e)), e);
        }
        JsonNode list = root.path("rules");
        List<AlertRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode json : list.isArray() ? list : List.of(root)) {
            try {
                AlertRule rule = RuleCodec.decode(json);
                if (!ids.add(rule.ruleId())) {
                    throw new InvalidControlException(
                            "rule_id '%s' is listed twice.".formatted(rule.ruleId()));
                }
                rules.add(rule);
            } catch (InvalidControlException e) {
                throw new IllegalArgumentException(
                        "%s, rule %d: %s".formatted(file, rules.size() + 1, e.getMessage()), e);
            }
        }
        return rules;
    }
}
