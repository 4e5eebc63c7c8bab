package io.agentanalytics.local.connect;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Puts settings into a YAML file. Everything else remains as it is, comments included: the text is
 * edited where the parser found its nodes, and read again to see that it says what it should.
 */
final class YamlMerge {
    /** Replacement of a part of the text. */
    private record Edit(int start, int end, String text) {}

    private final String text;
    private final String wanted;
    private final List<Edit> edits = new ArrayList<>();

    private YamlMerge(String text, String wanted) {
        this.text = text;
        this.wanted = wanted;
    }

    /**
     * Returns the text with these settings.
     *
     * @throws IllegalArgumentException if the existing text is not YAML, or has a form that cannot
     *     be changed in place
     */
    static String merge(String existing, String wanted) {
        try {
            Object before = load(existing);
            String after = new YamlMerge(existing, wanted).merged();
            if (!isMerged(load(after), before, load(wanted))) {
                throw new IllegalArgumentException("its layout cannot be changed line by line");
            }
            return after;
        } catch (MarkedYAMLException e) {
            // Not the message: it quotes the file, which may hold secrets.
            String line = e.getProblemMark() == null ? "" : " at line " + line(e);
            throw new IllegalArgumentException("it is not one YAML document" + line, e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException("it is not one YAML document", e);
        }
    }

    private static int line(MarkedYAMLException e) {
        return e.getProblemMark().getLine() + 1;
    }

    private static @Nullable Object load(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options)).load(yaml);
    }

    private String merged() {
        Node known = new Yaml().compose(new StringReader(text));
        MappingNode settings = (MappingNode) new Yaml().compose(new StringReader(wanted));
        if (known == null) {
            return appended(text, wanted);
        }
        if (!(known instanceof MappingNode root)) {
            throw new IllegalArgumentException("it is not a YAML mapping");
        }
        StringBuilder end = new StringBuilder();
        for (NodeTuple setting : settings.getValue()) {
            NodeTuple own = find(root, setting.getKeyNode());
            if (own == null) {
                end.append(end.isEmpty() ? "" : "\n\n").append(entry(setting, 0));
            } else {
                put(own, setting.getValueNode());
            }
        }
        StringBuilder result = new StringBuilder(text);
        edits.sort(Comparator.comparingInt(Edit::start).reversed());
        edits.forEach(edit -> result.replace(edit.start(), edit.end(), edit.text()));
        return end.isEmpty() ? result.toString() : appended(result.toString(), end.toString());
    }

    private static String appended(String text, String settings) {
        return text + (text.endsWith("\n") ? "\n" : "\n\n") + settings + "\n";
    }

    private void put(NodeTuple own, Node setting) {
        Node value = own.getValueNode();
        String name = nameOf(own.getKeyNode());
        if (setting instanceof MappingNode settings) {
            for (NodeTuple each : settings.getValue()) {
                MappingNode known = mapping(value, name);
                NodeTuple found = find(known, each.getKeyNode());
                if (found == null) {
                    insert(known, entry(each, column(known)), name);
                } else {
                    put(found, each.getValueNode());
                }
            }
        } else if (setting instanceof SequenceNode settings && value instanceof SequenceNode list) {
            settings.getValue().forEach(element -> add(list, element));
        } else if (setting instanceof ScalarNode scalar && value instanceof ScalarNode old) {
            if (!scalar.getValue().equals(old.getValue())) {
                edits.add(new Edit(start(text, old), end(text, old), textOf(scalar)));
            }
        } else {
            throw otherForm(name);
        }
    }

    private static MappingNode mapping(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            return mapping;
        }
        throw otherForm(name);
    }

    private static IllegalArgumentException otherForm(String name) {
        return new IllegalArgumentException("it has %s in another form".formatted(name));
    }

    private void add(SequenceNode list, Node element) {
        if (list.getValue().stream().anyMatch(e -> nameOf(e).equals(nameOf(element)))) {
            return;
        }
        if (list.getFlowStyle() == FlowStyle.FLOW) {
            List<Node> known = list.getValue();
            boolean isFirst = known.isEmpty();
            int at = isFirst ? end(text, list) - 1 : end(text, known.get(known.size() - 1));
            edits.add(new Edit(at, at, (isFirst ? "" : ", ") + textOf(element)));
        } else {
            insert(list, "- " + textOf(element), "a list");
        }
    }

    /** Inserts lines before the first of a block: where it ends, comments may follow. */
    private void insert(CollectionNode<?> block, String lines, String name) {
        if (block.getFlowStyle() == FlowStyle.FLOW) {
            throw otherForm(name);
        }
        int at = start(text, block);
        edits.add(new Edit(at, at, lines + "\n" + " ".repeat(column(block))));
    }

    private static int column(Node node) {
        return node.getStartMark().getColumn();
    }

    /** Returns the lines of a setting for a column; the first one without its indentation. */
    private String entry(NodeTuple setting, int column) {
        int own = column(setting.getKeyNode());
        String lines =
                wanted.substring(
                        start(wanted, setting.getKeyNode()), end(wanted, setting.getValueNode()));
        return lines.stripTrailing().replace("\n" + " ".repeat(own), "\n" + " ".repeat(column));
    }

    private String textOf(Node setting) {
        return wanted.substring(start(wanted, setting), end(wanted, setting));
    }

    private static @Nullable NodeTuple find(MappingNode mapping, Node key) {
        return mapping.getValue().stream()
                .filter(entry -> nameOf(entry.getKeyNode()).equals(nameOf(key)))
                .findFirst()
                .orElse(null);
    }

    private static String nameOf(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    // The parser counts code points.
    private static int start(String text, Node node) {
        return text.offsetByCodePoints(0, node.getStartMark().getIndex());
    }

    private static int end(String text, Node node) {
        return text.offsetByCodePoints(0, node.getEndMark().getIndex());
    }

    private static boolean isMerged(
            @Nullable Object after, @Nullable Object before, @Nullable Object settings) {
        if (before instanceof Map<?, ?> old && settings instanceof Map<?, ?> set) {
            return after instanceof Map<?, ?> all
                    && old.keySet().stream()
                            .allMatch(
                                    key ->
                                            set.containsKey(key)
                                                    || Objects.equals(all.get(key), old.get(key)))
                    && set.keySet().stream()
                            .allMatch(key -> isMerged(all.get(key), old.get(key), set.get(key)))
                    && all.keySet().stream()
                            .allMatch(k -> old.containsKey(k) || set.containsKey(k));
        }
        if (before instanceof List<?> old && settings instanceof List<?> set) {
            return after instanceof List<?> all && all.containsAll(old) && all.containsAll(set);
        }
        return Objects.equals(after, settings);
    }
}
