package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAccessTest {
    private static final Set<String> NONE = Set.of();

    @ParameterizedTest
    @CsvSource({
        "localhost:8080,true",
        "LocalHost:8080,true",
        "127.0.0.1,true",
        "[::1]:8080,true",
        "Analytics.Example:8080,true",
        "analytics.example.org,false",
        "rebound.example,false",
        "10.0.0.1,false",
        "'',false",
        ",false"
    })
    void aServerOnLoopbackIsReachedByItsNamesInAnyCase(String host, boolean isServed) {
        var access = new HttpAccess("127.0.0.1", Set.of("analytics.EXAMPLE"));
        assertThat(access.isServed(host)).isEqualTo(isServed);
    }

    @Test
    void aServerOfANetworkAcceptsEveryName_unlessNamesAreGiven() {
        assertThat(new HttpAccess("0.0.0.0", NONE).isServed("any.example")).isTrue();
        var named = new HttpAccess("0.0.0.0", Set.of("one.example"));
        assertThat(named.isServed("ONE.example:80")).isTrue();
        assertThat(named.isServed("any.example")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080,localhost:8080,true",
        "http://localhost:8080,LOCALHOST:8080,true",
        "http://localhost:8081,localhost:8080,false",
        "null,localhost:8080,false",
        "http://a b,localhost:8080,false",
        "http://localhost:8080,,false"
    })
    void anOriginIsOwnIfItNamesTheServer(String origin, String host, boolean isOwn) {
        assertThat(HttpAccess.isOwnOrigin(origin, host)).isEqualTo(isOwn);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3:80,true", "[fe80::1],true", "10.1.2.3.example,false", ",false"})
    void anAddressIsNoName(String host, boolean isAddress) {
        assertThat(HttpAccess.isAddress(host)).isEqualTo(isAddress);
    }

    @ParameterizedTest
    @CsvSource({"Bearer secret,secret", "bearer  secret ,secret", "Basic secret,", ","})
    void theTokenIsReadFromTheHeader(String header, String token) {
        assertThat(HttpAccess.bearerToken(header)).isEqualTo(token);
    }
}
