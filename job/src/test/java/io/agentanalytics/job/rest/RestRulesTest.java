package io.agentanalytics.job.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.runtime.rest.HttpMethodWrapper;
import org.apache.flink.runtime.rest.RestServerEndpoint;
import org.apache.flink.runtime.rest.handler.RestHandlerSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestRulesTest {
    private static final RestRules RULES = new RestRules("secret", "jobmanager");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            # method|path                |Host           |Origin                |site       |mode    |dest    |status
            GET     |/jobs/overview      |127.0.0.1:8082 |-                     |-          |-       |-       |-
            HEAD    |/jobs/overview      |localhost:8082 |-                     |-          |-       |-       |-
            GET     |/                   |[::1]:8082     |-                     |none       |navigate|document|-
            GET     |/overview           |10.1.2.3:8082  |-                     |same-origin|cors    |empty   |-
            GET     |/overview           |JobManager:8081|-                     |-          |-       |-       |-
            GET     |/overview           |127.0.0.1:8082 |http://127.0.0.1:8082 |same-origin|cors    |empty   |-
            GET     |/                   |127.0.0.1:8082 |-                     |cross-site |navigate|document|-
            GET     |/jobs/overview      |127.0.0.1:8082 |http://localhost:18599|cross-site |cors    |empty   |403
            GET     |/jobs/overview      |127.0.0.1:8082 |http://127.0.0.1:18599|same-site  |cors    |empty   |403
            GET     |/jobs/overview      |127.0.0.1:8082 |null                  |-          |-       |-       |403
            GET     |/jobs/overview      |127.0.0.1:8082 |-                     |cross-site |no-cors |image   |403
            GET     |/                   |127.0.0.1:8082 |-                     |same-site  |navigate|iframe  |403
            GET     |/jobs/overview      |rebound.example|-                     |same-origin|cors    |empty   |421
            GET     |/jobs/overview      |127.0.0.1.x.org|-                     |-          |-       |-       |421
            GET     |/jobs/overview      |-              |-                     |-          |-       |-       |421
            GET     |/jobs/1/yarn-cancel |127.0.0.1      |-                     |-          |-       |-       |403
            GET     |/v1/jobs/1/yarn-stop|127.0.0.1      |-                     |-          |-       |-       |403
            GET     |/jars/x/plan        |127.0.0.1      |-                     |-          |-       |-       |403
            POST    |/jobs/1/savepoints  |127.0.0.1      |-                     |-          |-       |-       |403
            POST    |/jobs               |127.0.0.1      |http://127.0.0.1      |same-origin|cors    |empty   |403
            PATCH   |/jobs/1             |127.0.0.1      |-                     |-          |-       |-       |403
            DELETE  |/cluster            |127.0.0.1      |-                     |-          |-       |-       |403
            OPTIONS |/jobs               |127.0.0.1      |-                     |-          |-       |-       |403
            """)
    void withoutTheToken_onlyLocalReadsAreAllowed(
            String method,
            String path,
            String host,
            String origin,
            String site,
            String mode,
            String dest,
            Integer status) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Host", host);
        headers.put("Origin", origin);
        headers.put("Sec-Fetch-Site", site);
        headers.put("Sec-Fetch-Mode", mode);
        headers.put("Sec-Fetch-Dest", dest);
        assertThat(statusOf(RULES, method, path, headers)).isEqualTo(status);
        for (String wrong :
                List.of("secret", "Bearer", "Bearer ", "Bearer other", "Basic secret")) {
            headers.put("Authorization", wrong);
            assertThat(statusOf(RULES, method, path, headers)).isEqualTo(status);
        }
        headers.put("Authorization", "Bearer secret");
        assertThat(statusOf(RULES, method, path, headers)).isNull();
    }

    @Test
    void withoutAConfiguredToken_noChangeIsAllowed() {
        RestRules rules = new RestRules(null, "jobmanager");
        for (String any : List.of("Bearer null", "Bearer ", "Bearer")) {
            assertThat(
                            statusOf(
                                    rules,
                                    "PATCH",
                                    "/jobs/1",
                                    Map.of("Host", "localhost", "Authorization", any)))
                    .isEqualTo(403);
        }
    }

    /** A new version of Flink may add a GET that changes something: then this list differs. */
    @Test
    void allReadingRequestsOfFlink_areKnown() throws Exception {
        TreeSet<String> allowed = new TreeSet<>();
        for (RestHandlerSpecification route : routes()) {
            String path = route.getTargetRestEndpointURL();
            String method = route.getHttpMethod().name();
            if (statusOf(RULES, method, path, Map.of("Host", "localhost")) == null) {
                allowed.add(method + " " + path);
            }
        }
        assertThat(allowed)
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/golden/flink-reads.txt")));
    }

    private static Integer statusOf(
            RestRules rules, String method, String path, Map<String, String> headers) {
        RestRules.RejectedRequest refusal = rules.check(method, path, headers::get);
        return refusal == null ? null : refusal.status();
    }

    private static List<RestHandlerSpecification> routes() throws Exception {
        List<RestHandlerSpecification> routes = new ArrayList<>();
        Path jar =
                Path.of(
                        RestServerEndpoint.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                String name = entry.getName();
                if (name.endsWith("Headers.class") && !name.contains("$")) {
                    Class<?> type = Class.forName(name.replace(".class", "").replace('/', '.'));
                    if (RestHandlerSpecification.class.isAssignableFrom(type)
                            && !Modifier.isAbstract(type.getModifiers())) {
                        routes.add((RestHandlerSpecification) instance(type));
                    }
                }
            }
        }
        assertThat(routes.stream().map(RestHandlerSpecification::getHttpMethod))
                .contains(HttpMethodWrapper.PATCH, HttpMethodWrapper.GET);
        return routes;
    }

    private static Object instance(Class<?> type) throws Exception {
        try {
            return type.getMethod("getInstance").invoke(null);
        } catch (NoSuchMethodException e) {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        }
    }
}
