package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The OpenID Connect provider {@code oidc-provider} in a process of Node, with the users ann and
 * bob, whose password is anything. It is away until {@link #start}.
 */
public final class OidcProvider implements AutoCloseable {
  public static final String CLIENT = "boardcast";

  private static final Path HOME = Path.of("target", "oidc-provider");

  private final Process process;
  private final String issuer;

  private OidcProvider(Process process, String issuer) {
    this.process = process;
    this.issuer = issuer;
  }

  /** Begins to listen; without the package the test is skipped, or fails if {@code CI} is set. */
  public static OidcProvider listen() throws IOException {
    boolean isInstalled = Files.exists(HOME.resolve("node_modules/oidc-provider"));
    String missing = "no oidc-provider: see .ci/run for how to install it";
    if (!isInstalled && System.getenv("CI") != null) fail(missing);
    assumeTrue(isInstalled, missing);
    // Beside the packages that it imports.
    Path script = HOME.resolve("provider.mjs");
    Files.copy(
        Path.of("src/test/resources/oidc/provider.mjs"),
        script,
        StandardCopyOption.REPLACE_EXISTING);
    Process process =
        new ProcessBuilder("node", script.toString())
            .redirectError(HOME.resolve("errors.log").toFile())
            .start();
    return new OidcProvider(process, process.inputReader().readLine());
  }

  public String issuer() {
    return issuer;
  }

  /**
   * Serves from now on, with a new key and no sessions.
   *
   * @param home where the client's users come back to
   * @param seconds how long tokens are valid
   */
  public void start(URI home, int seconds, String keyId) throws Exception {
    var what = Map.of("home", home.toString(), "seconds", "" + seconds, "kid", keyId);
    assertEquals("undefined", control("start", what));
  }

  /** A token with these claims, signed by the provider's current key. */
  public String forge(Map<String, ?> claims) throws Exception {
    return control("forge", Map.of("claims", Json.encode(claims)));
  }

  private String control(String what, Map<String, String> parameters) throws Exception {
    var query = new StringBuilder("?");
    parameters.forEach(
        (name, value) ->
            query
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&'));
    var request = HttpRequest.newBuilder(URI.create(issuer + "/control/" + what + query)).build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
