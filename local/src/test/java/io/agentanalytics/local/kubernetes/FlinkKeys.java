package io.agentanalytics.local.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.rest.RestGuardFactory;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Options that Flink's own classes declare, by key. */
final class FlinkKeys {
    private static final String REPORTER = "metrics.reporter.prom.";

    private FlinkKeys() {}

    static Map<String, ConfigOption<?>> all() throws Exception {
        Map<String, ConfigOption<?>> options = new TreeMap<>();
        for (Class<?> type : List.of(CoreOptions.class, RocksDBOptions.class)) {
            var source = type.getProtectionDomain().getCodeSource();
            addAll(Path.of(source.getLocation().toURI()), options);
        }
        addFields(RestGuardFactory.class, options);
        // Arguments of a reporter; no option describes the port.
        assertThat(options).containsKeys("factory.class", "scope.variables.excludes");
        for (String argument : List.of("factory.class", "scope.variables.excludes", "port")) {
            String key = REPORTER + argument;
            options.put(key, ConfigOptions.key(key).stringType().noDefaultValue());
        }
        return options;
    }

    private static void addAll(Path jar, Map<String, ConfigOption<?>> options)
            throws IOException, ReflectiveOperationException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith("Options.class") && !name.contains("$")) {
                    String type = name.replace('/', '.').substring(0, name.length() - 6);
                    addFields(Class.forName(type), options);
                }
            }
        }
    }

    private static void addFields(Class<?> type, Map<String, ConfigOption<?>> options)
            throws IllegalAccessException {
        for (Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                options.put(option.key(), option);
            }
        }
    }
}
