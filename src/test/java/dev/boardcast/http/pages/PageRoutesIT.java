package dev.boardcast.http.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.Settings;
import dev.boardcast.testing.Api;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PageRoutesIT {
  private static Api api;

  @BeforeAll
  static void start() {
    api = new Api(parts -> List.of(new PageRoutes(List.of("self"))));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void theDescriptionsOfTheApiAreServed() {
    for (String name : List.of("openapi: 3.1", "asyncapi: 3.0")) {
      var answer = api.call("GET", "/api/" + name.split(":")[0] + ".yaml").now();

      assertEquals(200, answer.status());
      assertEquals("application/yaml", answer.header("Content-Type"));
      assertTrue(answer.text().startsWith(name));
    }
  }

  @Test
  void theClientTheChartsAndThePagesAreServedCompressed() {
    for (String path : List.of("/", "/boardcast.js", "/chart.js", "/pages/app.js", "/app.css")) {
      var plain = api.call("GET", path).now();
      var zipped = api.call("GET", path).with("Accept-Encoding", "br, gzip").now();

      assertEquals(200, plain.status(), path);
      assertNull(plain.header("Content-Encoding"));
      assertEquals("gzip", zipped.header("Content-Encoding"), path);
    }
  }

  @Test
  void whatABrowserHasAlreadyIsNotSentAgain() {
    var first = api.call("GET", "/app.css").now();

    assertEquals("no-cache", first.header("Cache-Control"));
    var again = api.call("GET", "/app.css").with("If-None-Match", first.header("ETag")).now();
    assertEquals(304, again.status());
  }

  @Test
  void thePagesTakeNothingFromElsewhere() {
    var page = api.call("GET", "/").now();

    assertEquals(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        page.header("Content-Security-Policy"));
    assertEquals("nosniff", page.header("X-Content-Type-Options"));
  }

  @Test
  void thePagesKnowTheIdentityProviderAndConnectToIt() {
    var auth =
        Settings.of(
            AuthConfig.class,
            "oidc-issuer=https://ID.example.org:8443/realms/main",
            "oidc-client-id=a\"<b>&",
            "jwt-roles-claim=realm_access.roles");
    var routes = new PageRoutes(List.of("self"), SignInProvider.of(auth));
    try (var with = new Api(parts -> List.of(routes))) {
      var page = with.call("GET", "/").now();
      String policy = page.header("Content-Security-Policy");
      assertTrue(policy.contains(" connect-src 'self' https://id.example.org:8443;"), policy);
      String json =
          page.text().replaceAll("(?s).*<meta name=\"sign-in\" content=\"([^\"]*)\">.*", "$1");
      assertFalse(json.contains("<"), json);
      assertEquals(
          "{\"issuer\":\"https://ID.example.org:8443/realms/main\",\"client\":\"a\\\"<b>&\","
              + "\"scope\":\"openid\",\"claims\":{\"roles\":\"realm_access.roles\","
              + "\"sub\":\"sub\",\"teams\":\"teams\"}}",
          json.replace("&quot;", "\"")
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&amp;", "&"));
    }
    assertFalse(api.call("GET", "/").now().text().contains("sign-in"));
  }

  @Test
  void nobodyMaySignInAtOneClick() {
    assertEquals("{\"people\":[]}", api.call("GET", "/api/v1/sign-in").now().text());
    assertEquals(405, api.call("POST", "/api/v1/sign-in").now().status());
  }

  @Test
  void theStartPageIsServedAndAnAbsentOneIsNot() {
    assertEquals(200, api.call("GET", "/").now().status());
    assertEquals(404, api.call("GET", "/absent.html").now().status());
    assertEquals(400, api.call("GET", "/../api/openapi.html").now().status());
  }
}
