package io.agentanalytics.contract.alerts;

import io.agentanalytics.contract.ControlFile;
import java.nio.file.Path;
import java.util.List;

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
        return ControlFile.read(file, "rules", RuleCodec::decode, AlertRule::ruleId);
    }
}
