package io.agentanalytics.job.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DimensionTest {
    private static List<String> names(String text) {
        return Dimension.parse(text).stream().map(Dimension::name).toList();
    }

    @Test
    void agentTypeIsAlwaysCounted() {
        assertThat(names("")).containsExactly("agent_type");
        assertThat(names("team, user,team+env"))
                .containsExactly("agent_type", "team", "user", "team+env");
        assertThat(Dimension.tags(Dimension.parse("user,team+env,team+agent_type")))
                .containsExactly("env", "team", "user");
    }

    @ParameterizedTest
    @CsvSource({
        "'team,', that no tag can have",
        "'team,team', counted already",
        "'team+env,env+team', counted already",
        "agent_type, counted already",
        "'a+b+c', team+env",
        "'a+a', team+env",
        "provider, by provider and model anyway",
        "'a,b,c,d,e,f,g,h,i', at most 8"
    })
    void wrongListsAreRefused(String list, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dimension.parse(list))
                .withMessageContaining("--dimensions")
                .withMessageContaining(reason);
    }

    @Test
    void onlyCountedTagsAreKept_andBlankOnesAreIgnored() {
        Map<String, String> given = Map.of("user", " ada ", "team", " ", "other", "x");
        Tags tags = Tags.of(given, List.of("team", "user"));
        assertThat(tags.size()).isEqualTo(1);
        assertThat(tags.get("user")).isEqualTo("ada");
        assertThat(tags.get("team")).isNull();
        assertThat(Tags.parse(tags.text())).isEqualTo(tags);
        assertThat(tags.or(Map.of("user", "bob", "env", "prod")))
                .isEqualTo(Tags.of(Map.of("env", "prod", "user", "ada"), List.of("env", "user")));
        assertThat(Tags.of(given, List.of("team"))).isSameAs(Tags.NONE);
    }

    @Test
    void aDimensionsScope_hasItsParts() {
        Scope scope = Scope.dimension(Scope.label("team+env", List.of("core", "")), "openai", "m");
        assertThat(scope.kind()).isEqualTo(ScopeKind.DIMENSION);
        assertThat(List.of(scope.dimension(), scope.value(), scope.crossedValue()))
                .containsExactly("team+env", "core", "");
        assertThat(Scope.cell("a", "t", "", "").kind()).isEqualTo(ScopeKind.CELL);
        assertThat(Scope.provider("p", "").kind()).isEqualTo(ScopeKind.PROVIDER);
        assertThat(Scope.system().kind()).isEqualTo(ScopeKind.SYSTEM);
    }
}
