package dev.boardcast.web.limits;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.web.ClientAddressResolver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** The bounds of all clients of one node, on all its ports. Thread safe. */
public final class ClientLimits {
  private final LimitsConfig config;
  private final ClientAddressResolver addresses;
  private final LimitMeters meters;
  private final AddressLists lists;
  private final AcceptedConnections connections;
  private final AuthenticationFailures failures;
  private final ClientRates rates;
  private final Budget anonymousBodies;
  private final Budget bodies;
  private final Budget anonymousUploads;
  private final Budget uploads;

  /**
   * @param registry where to count, if anywhere
   */
  public ClientLimits(
      LimitsConfig config, ClientAddressResolver addresses, Optional<MeterRegistry> registry) {
    this.config = config;
    this.addresses = addresses;
    meters = new LimitMeters(registry);
    lists = new AddressLists(config.allowAddresses(), config.denyAddresses());
    connections = new AcceptedConnections(config, addresses.trusted(), meters);
    failures = new AuthenticationFailures(config.authenticationFailures(), meters);
    rates = new ClientRates(config, meters);
    anonymousBodies = new Budget(config.bodyBytes(), config.bodyBytesPerClient());
    bodies = new Budget(config.bodyBytes(), config.bodyBytesPerClient());
    anonymousUploads = new Budget(config.uploadBytes(), config.uploadBytesPerClient());
    uploads = new Budget(config.uploadBytes(), config.uploadBytesPerClient());
    Gauge.builder("boardcast.anonymous.connections", connections::anonymous)
        .description("Connections without a valid token, which max-anonymous-connections bounds")
        .strongReference(true)
        .register(meters.registry());
    bodyGauge(anonymousBodies, "anonymous");
    bodyGauge(bodies, "authenticated");
    uploadGauge(anonymousUploads, "anonymous");
    uploadGauge(uploads, "authenticated");
  }

  /** The defaults, without proxies and meters. */
  public static ClientLimits defaults() {
    return of(LimitsConfig.DEFAULTS);
  }

  /** Without proxies and meters. */
  public static ClientLimits of(LimitsConfig config) {
    return new ClientLimits(config, new ClientAddressResolver(List.of()), Optional.empty());
  }

  private void bodyGauge(Budget budget, String clients) {
    Gauge.builder("boardcast.http.body.bytes", budget::held)
        .description("Bytes of unfinished and large bodies, which http-body-bytes bounds")
        .tag("clients", clients)
        .strongReference(true)
        .register(meters.registry());
  }

  private void uploadGauge(Budget budget, String clients) {
    Gauge.builder("boardcast.http.upload.bytes", budget::held)
        .description("Bytes of NDJSON that are not stored, which http-upload-bytes bounds")
        .tag("clients", clients)
        .strongReference(true)
        .register(meters.registry());
  }

  public LimitsConfig config() {
    return config;
  }

  /** Where meters of requests are registered; they count for nobody where there is none. */
  public MeterRegistry registry() {
    return meters.registry();
  }

  public LimitMeters meters() {
    return meters;
  }

  /** Finds the address of each client. */
  public ClientAddressResolver addresses() {
    return addresses;
  }

  /** The key under which the client of a request is counted while it is anonymous. */
  public String address(HttpServerRequest request) {
    return addresses.network(request);
  }

  /** The key under which the client of a request is counted: its user, or its address. */
  public String client(HttpServerRequest request, Optional<Principal> principal) {
    return principal.map(Principal::user).orElseGet(() -> address(request));
  }

  /** What each client does in a second. */
  public ClientRates rates() {
    return rates;
  }

  /** The refused tokens of each address. */
  public AuthenticationFailures failures() {
    return failures;
  }

  /** The bodies of requests: anonymous ones have a budget of their own. */
  public Budget bodies(Optional<Principal> principal) {
    return principal.isPresent() ? bodies : anonymousBodies;
  }

  /** The NDJSON uploads: anonymous ones have a budget of their own. */
  public Budget uploads(Optional<Principal> principal) {
    return principal.isPresent() ? uploads : anonymousUploads;
  }

  /**
   * Checks the address of a client.
   *
   * @throws Problem 403 naming the setting
   */
  public void requireAllowed(HttpServerRequest request) {
    if (lists.isEmpty()) return;
    addresses
        .resolve(request)
        .flatMap(lists::refusedBy)
        .ifPresent(
            setting -> {
              meters.refused(setting, addresses.network(request));
              throw Problem.forbidden("this address may not connect (" + setting + ")");
            });
  }

  /** The connections of the node's own ports. */
  public AcceptedConnections connections() {
    return connections;
  }
}
