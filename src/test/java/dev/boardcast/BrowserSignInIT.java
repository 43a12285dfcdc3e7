package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.OidcProvider;
import dev.boardcast.testing.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users sign in to the pages at an OpenID Connect provider. */
@Timeout(240)
class BrowserSignInIT extends BrowserNodeCase {
  private static final int SECONDS = 8; // of a token's life
  private static final String ANN_MAIL = "ann@example.org";
  private static final String BOB_MAIL = "bob@example.org";
  private static final String LIVE =
      "document.querySelector('connection-pill[data-state=live]')"
          + " && document.querySelector('input[name=title]')";
  private static final String USER = "document.querySelector('#tools button[title^=Sign]')";
  private static final String NOTES = "document.getElementById('notes').innerText";
  private static final String AT_PROVIDER = "document.querySelector('input[name=login]')";

  private final HttpClient client = HttpClient.newHttpClient();
  private OidcProvider provider;

  @Override
  BoardcastOptions configured(BoardcastOptions options) {
    try {
      provider = OidcProvider.listen();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return options
        .set("oidc-issuer", provider.issuer())
        .set("oidc-client-id", OidcProvider.CLIENT)
        .set("http-allowed-origins", "*")
        .set("jwt-user-claim", "preferred_username")
        .set("jwt-roles-claim", "realm_access.roles")
        .set("jwt-teams-claim", "groups");
  }

  /** The node starts while the provider is away, tells it, and finds it when it is back. */
  @BeforeAll
  void providerIsAwayAtFirst() throws Exception {
    JsonNode health = health();
    assertEquals("degraded", health.path("status").asText());
    assertEquals("away", health.at("/dependencies/oidc").asText());
    Page page = browser.page();
    page.navigate(address(""));
    page.await(USER);
    page.eval(USER + ".click()");
    page.await(NOTES + ".includes('The sign-in provider: it cannot be reached.')");
    page.close();
    provider.start(address(""), SECONDS, "first");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> health().at("/dependencies/oidc").asText().equals("up"));
  }

  @AfterAll
  void stopProvider() {
    if (provider != null) provider.close();
  }

  @Test
  void aUserSignsInStaysIsRenewedComesBackAndSignsOut() {
    Page page = browser.page();
    page.navigate(address("#/tasks"));
    signIn(page, "ann");
    page.await(user(ANN_MAIL) + " && " + LIVE);
    assertEquals("/#/tasks", page.eval("location.href.slice(location.origin.length)").asText());
    page.eval("window.same = true");
    long sockets = page.sockets();
    create(page, "Water the plants");
    page.await("document.querySelector('.task .title') && !document.querySelector('[data-wait]')");
    // Nothing but names is stored; nobody is asked for a token.
    String stored = page.eval("JSON.stringify([{...localStorage}, {...sessionStorage}])").asText();
    assertFalse(stored.contains("eyJ"), stored);
    assertTrue(stored.contains("\\\"user\\\":\\\"ann@example.org\\\""), stored);
    page.eval(USER + ".click()");
    page.await("document.querySelector('dialog[open]')");
    String dialog = page.eval("document.querySelector('dialog').innerText").asText();
    assertTrue(dialog.contains("Teams: plants. Roles: ingest, publish."), dialog);
    assertFalse(page.eval("Boolean(document.querySelector('dialog textarea'))").asBoolean());
    page.eval("document.querySelector('dialog').close()");

    // Twice, so that the second renewal is by the rotated refresh token.
    Awaitility.await()
        .atMost(Duration.ofSeconds(4 * SECONDS))
        .until(() -> page.sentFrames().stream().filter(s -> s.contains("\"auth\"")).count() >= 2);
    page.await(LIVE);
    create(page, "Still ann's");
    page.await("document.querySelectorAll('.task .title').length === 2");
    page.await("!document.querySelector('[data-wait]')");
    assertTrue(page.eval("window.same").asBoolean());
    assertEquals(sockets, page.sockets());

    page.eval("location.reload()");
    page.await("!window.same && " + user(ANN_MAIL) + " && " + LIVE);
    assertEquals("/#/tasks", page.eval("location.href.slice(location.origin.length)").asText());
    Page other = page.newTab();
    other.navigate(address("#/tasks"));
    other.await(user(ANN_MAIL) + " && " + LIVE);
    assertEquals(0, other.sockets()); // it shares that of the first
    assertEquals(List.of(), errors(page));
    assertEquals(List.of(), errors(other));

    other.eval(USER + ".click()");
    other.await("document.querySelector('dialog[open]')");
    press(other, "Sign out");
    page.await(user("Sign in") + " && " + NOTES + ".includes('signed out in another tab')");
    other.await("document.querySelector('button[name=logout]')");
    other.eval("document.querySelector('button[name=logout]').click()");
    other.await(user("Sign in") + " && location.host === '" + address("").getAuthority() + "'");
    page.bringToFront();
    // The provider has ended its session too.
    page.eval(USER + ".click()");
    page.await(AT_PROVIDER);
    page.close();
    other.close();
  }

  @Test
  void anotherUserOfTheProviderDoesNotTakeATabOver() {
    Page anns = browser.page();
    anns.navigate(address("#/tasks"));
    signIn(anns, "ann");
    anns.await(user(ANN_MAIL) + " && " + LIVE);
    Page bobs = anns.newTab();
    // As an operator's tool that ends the session at the provider alone.
    bobs.navigate(URI.create(provider.issuer() + "/session/end"));
    bobs.await("document.querySelector('button[name=logout]')");
    bobs.eval("document.querySelector('button[name=logout]').click()");
    bobs.await("!document.querySelector('button[name=logout]')");
    bobs.navigate(address("#/tasks"));
    signIn(bobs, "bob");
    bobs.await(user(BOB_MAIL) + " && " + LIVE);
    anns.bringToFront();
    anns.await(NOTES + ".includes('bob@example.org has signed in in another tab')");
    assertTrue(anns.eval("Boolean(" + user(ANN_MAIL) + ")").asBoolean());

    anns.eval("window.old = true; location.reload()");
    anns.await("!window.old && " + user("Sign in"));
    anns.await(
        NOTES
            + ".includes(\"bob@example.org is signed in at the sign-in provider, this tab was ann@example.org's\")");
    anns.close();
    bobs.close();
  }

  @Test
  void whatWasNotAskedForIsRefused() {
    Page page = browser.page();
    page.navigate(address("?code=stolen&state=forged#/tasks"));
    page.await(user("Sign in"));
    page.await(NOTES + ".includes('This sign-in was not begun in this tab')");
    assertEquals("", page.eval("location.search").asText());

    // The answer is of another issuer; then its token is for another request.
    page.beforeEachDocument(
        "if (location.search.includes('code=') && window.name === 'iss')"
            + " history.replaceState(null, '', location.search.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example'));");
    page.eval("window.name = 'iss'");
    signIn(page, "ann");
    page.await(user("Sign in") + " && " + NOTES + ".includes('was not begun in this tab')");
    page.beforeEachDocument(
        "if (location.search.includes('code=') && window.name === 'nonce')"
            + " for (const [key, text] of Object.entries(sessionStorage)) if (key.endsWith(' sign-in'))"
            + " sessionStorage.setItem(key, JSON.stringify({...JSON.parse(text), nonce: 'another'}));");
    page.eval("window.name = 'nonce'");
    page.eval(USER + ".click()"); // the provider knows ann by now
    page.await(user("Sign in") + " && " + NOTES + ".includes('this page did not ask for')");
    page.eval("window.name = ''");
    page.eval(USER + ".click()");
    page.await(user(ANN_MAIL));
    page.close();
  }

  @Test
  void tokensThatTheProviderMadeForOthersAreRefused() throws Exception {
    Instant now = Instant.now();
    Map<String, Object> right =
        Map.of(
            "iss", provider.issuer(),
            "aud", OidcProvider.CLIENT,
            "preferred_username", ANN_MAIL,
            "iat", now.getEpochSecond(),
            "exp", now.plusSeconds(60).getEpochSecond());
    assertEquals(200, tasks(provider.forge(right)).statusCode());
    Map<String, Object> wrong =
        Map.of(
            "iss", "https://evil.example",
            "aud", "another",
            "exp", now.minusSeconds(60).getEpochSecond());
    for (var each : wrong.entrySet()) {
      var claims = new HashMap<>(right);
      claims.put(each.getKey(), each.getValue());
      var answer = tasks(provider.forge(claims));
      assertEquals(401, answer.statusCode(), each.getKey());
      claims.remove(each.getKey());
      assertEquals(401, tasks(provider.forge(claims)).statusCode(), "without " + each.getKey());
    }
    // A key of the node's own need not name the provider.
    var own =
        Settings.of(
            AuthConfig.class, "jwt-secret=" + Cluster.SECRET, "jwt-user-claim=preferred_username");
    String token = TokenIssuer.of(own).issue("ann", Set.of(), Set.of(), Duration.ofMinutes(1));
    assertEquals(200, tasks(token).statusCode());
  }

  @Test
  void aNewKeyOfTheProviderIsFound() throws Exception {
    Page page = browser.page();
    page.navigate(address("#/tasks"));
    signIn(page, "bob");
    page.await(user(BOB_MAIL) + " && " + LIVE);
    Map<String, Object> claims =
        Map.of(
            "iss",
            provider.issuer(),
            "aud",
            OidcProvider.CLIENT,
            "preferred_username",
            BOB_MAIL,
            "exp",
            Instant.now().plusSeconds(100).getEpochSecond());
    String older = provider.forge(claims);
    assertEquals(200, tasks(older).statusCode());
    provider.start(address(""), SECONDS, "second");
    String newer = provider.forge(claims);
    // It is fetched at most each ten seconds.
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> tasks(newer).statusCode() == 200);
    assertEquals(401, tasks(older).statusCode());
    // The session of the older key has ended; the provider has forgotten it too.
    page.await(user("Sign in"));
    signIn(page, "bob");
    page.await(user(BOB_MAIL) + " && " + LIVE);
    // His tokens are not renewed: when one expires the page asks the provider, which knows him
    // still.
    page.eval("window.old = true");
    page.await("!window.old && " + user(BOB_MAIL) + " && " + LIVE);
    page.close();
  }

  @Test
  void overPlainHttpFromElsewhereItSaysWhyNot() {
    Page page = browser.page();
    URI local = address("");
    page.navigate(URI.create("http://" + Browser.FOREIGN_HOST + ":" + local.getPort() + "/"));
    page.await(USER);
    page.eval(USER + ".click()");
    page.await(NOTES + ".includes('Signing in needs HTTPS')");
    page.close();
  }

  /** Those of our pages: the provider's have no icon. */
  private List<String> errors(Page page) {
    return page.errors().stream().filter(each -> !each.contains(provider.issuer())).toList();
  }

  private static String user(String name) {
    return USER + "?.textContent === '" + name + "'";
  }

  private static void signIn(Page page, String user) {
    page.await(USER);
    page.eval(USER + ".click()");
    page.await(AT_PROVIDER);
    page.eval(AT_PROVIDER + ".value = '" + user + "'");
    page.eval("document.querySelector('input[name=password]').value = 'any'");
    page.eval("document.querySelector('button[type=submit]').click()");
  }

  private static void create(Page page, String title) {
    page.eval("document.querySelector('input[name=title]').value = \"" + title + "\"");
    page.eval("document.querySelector('form.line button.main').click()");
  }

  private static void press(Page page, String label) {
    page.eval(
        "[...document.querySelectorAll('dialog button')]"
            + ".find(({textContent}) => textContent === '"
            + label
            + "').click()");
  }

  private HttpResponse<String> tasks(String token) throws Exception {
    return get("api/v1/tasks", "Bearer " + token);
  }

  private JsonNode health() throws Exception {
    return Json.MAPPER.readTree(get("health/ready", "").body());
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(address("").resolve(path));
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
