package io.agentanalytics.api.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationClientTest {
    @ParameterizedTest
    @CsvSource({
        // Public addresses, with https alone.
        "93.184.216.34, true, false",
        "2606:2800:220::1, true, false",
        // This machine, with http alone.
        "127.0.0.1, false, true",
        "::1, false, true",
        // Networks without a route from outside, and addresses of no single machine.
        "10.0.0.6, false, false",
        "172.16.3.1, false, false",
        "192.168.1.1, false, false",
        "100.64.0.1, false, false",
        "169.254.169.254, false, false",
        "fd00::7, false, false",
        "fe80::1, false, false",
        "0.0.0.0, false, false",
        "224.0.0.1, false, false",
        // Listed addresses.
        "10.0.0.5, true, true",
        "93.184.216.35, true, true",
        "fd00::5, true, true"
    })
    void addressesAreAllowed(String address, boolean overHttps, boolean overHttp) throws Exception {
        Set<InetAddress> listed =
                Set.of(
                        InetAddress.getByName("10.0.0.5"),
                        InetAddress.getByName("93.184.216.35"),
                        InetAddress.getByName("fd00::5"));
        InetAddress tested = InetAddress.getByName(address);
        assertThat(DestinationClient.isAllowed(tested, true, listed)).isEqualTo(overHttps);
        assertThat(DestinationClient.isAllowed(tested, false, listed)).isEqualTo(overHttp);
    }
}
