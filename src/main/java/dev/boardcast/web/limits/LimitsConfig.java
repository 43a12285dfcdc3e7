package dev.boardcast.web.limits;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import dev.boardcast.web.CidrBlock;
import java.time.Duration;
import java.util.List;

/** Bounds of clients, most of them before they have authenticated. */
@SettingGroup("Limits")
public record LimitsConfig(
    @Setting(
            key = "allow-addresses",
            expected = "addresses or networks such as 10.0.0.0/8, separated by commas",
            description = "Clients that may connect; empty for all.")
        List<CidrBlock> allowAddresses,
    @Setting(
            key = "deny-addresses",
            expected = "addresses or networks such as 10.0.0.0/8, separated by commas",
            description = "Clients that may not connect, though allow-addresses has them.")
        List<CidrBlock> denyAddresses,
    @Setting(
            key = "max-anonymous-connections",
            defaultValue = "20000",
            min = "1",
            unit = "connections",
            description =
                "Most connections of this node without a valid token. At that number, the address"
                    + " with the most gives up its oldest one for an address with fewer.")
        int anonymousConnections,
    @Setting(
            key = "max-anonymous-connections-per-address",
            defaultValue = "16384", // a load generator opens 15,000 sessions at once
            min = "1",
            unit = "connections",
            description =
                "Most connections without a valid token from one address; an IPv6 /64 is one.")
        int anonymousConnectionsPerAddress,
    @Setting(
            key = "max-connections-per-principal",
            defaultValue = "16384", // as for an address
            min = "1",
            unit = "connections",
            description =
                "Most connections for requests with the tokens of one principal; sessions are bounded"
                    + " by gateway-max-sessions-per-user.")
        int connectionsPerPrincipal,
    @Setting(
            key = "http-head-limit",
            defaultValue = "10s",
            min = "100ms",
            description =
                "How long the head of a request may take to arrive; also the TLS handshake.")
        Duration headLimit,
    @Setting(
            key = "http-body-limit",
            defaultValue = "10s",
            min = "100ms",
            description =
                "How long the body of a request may take to arrive, beside the time that"
                    + " http-body-rate gives it for its size.")
        Duration bodyLimit,
    @Setting(
            key = "http-body-rate",
            defaultValue = "4096",
            min = "1",
            unit = "bytes",
            description = "Least bytes of a body in a second once http-body-limit is over.")
        int bodyRate,
    @Setting(
            key = "http-body-bytes",
            defaultValue = "67108864",
            min = "1024",
            unit = "bytes",
            description =
                "Most bytes of unfinished and large bodies on this node; as many again for requests"
                    + " with a valid token.")
        long bodyBytes,
    @Setting(
            key = "http-body-bytes-per-client",
            defaultValue = "16777216",
            min = "1024",
            unit = "bytes",
            description =
                "Most bytes of unfinished and large bodies of one address, or of one principal.")
        long bodyBytesPerClient,
    @Setting(
            key = "http-upload-bytes",
            defaultValue = "134217728",
            min = "131072",
            unit = "bytes",
            description =
                "Most bytes of NDJSON uploads that this node has read and not stored; as many again"
                    + " for uploads with a valid token.")
        long uploadBytes,
    @Setting(
            key = "http-upload-bytes-per-client",
            defaultValue = "67108864",
            min = "131072",
            unit = "bytes",
            description =
                "As http-upload-bytes, of one address or of one principal: 128 KiB for each upload"
                    + " under way, and more as it comes. An upload that cannot have more stores smaller"
                    + " batches; one more upload is refused.")
        long uploadBytesPerClient,
    @Setting(
            key = "max-authentication-failures",
            defaultValue = "600",
            min = "1",
            unit = "failures",
            description =
                "Most refused tokens of one address in a minute before they are answered with 429;"
                    + " valid tokens are accepted all the same.")
        int authenticationFailures,
    @Setting(
            key = "max-requests-per-second",
            defaultValue = "20000",
            min = "0",
            unit = "requests",
            description =
                "Most HTTP requests of one principal, or of one address without a token, in a second;"
                    + " 0 for no limit.")
        long requestsPerSecond,
    @Setting(
            key = "max-facts-per-second",
            defaultValue = "500000",
            min = "0",
            unit = "facts",
            description =
                "Most facts that one principal, or one address without a token, sends in a second;"
                    + " NDJSON is read no faster; 0 for no limit.")
        long factsPerSecond,
    @Setting(
            key = "max-fact-bytes-per-second",
            defaultValue = "268435456",
            min = "0",
            unit = "bytes",
            description = "As max-facts-per-second, in bytes; as many again for published events.")
        long factBytesPerSecond,
    @Setting(
            key = "max-publishes-per-second",
            defaultValue = "500000",
            min = "0",
            unit = "events",
            description =
                "Most events that one principal publishes to application streams in a second; NDJSON"
                    + " is read no faster; 0 for no limit.")
        long publishesPerSecond) {
  public static final LimitsConfig DEFAULTS = Settings.defaults(LimitsConfig.class);
}
