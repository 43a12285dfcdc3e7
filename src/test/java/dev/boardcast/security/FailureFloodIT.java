package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many invalid tokens of one address are answered with 429; valid ones of it are accepted. */
@Timeout(60)
class FailureFloodIT {
  @Test
  void aFloodOfInvalidTokensIsSlowedDown() throws Exception {
    try (var api = new LimitedApi("max-authentication-failures=3")) {
      for (int i = 0; i < 3; i++) assertTrue(get(api, "127.0.0.1", ";").contains(" 401 "));
      String refused = get(api, "127.0.0.1", ";").toLowerCase(Locale.ROOT);
      assertTrue(refused.contains(" 429 "), refused);
      assertTrue(refused.matches("(?s).*retry-after: (1\\d|2[01])\r\n.*"), refused);
      assertTrue(
          refused.contains("ratelimit-policy: \"max-authentication-failures\";q=3;w=60\r\n"),
          refused);
      assertTrue(
          refused.matches("(?s).*ratelimit: \"max-authentication-failures\";r=0;t=\\d+\r\n.*"),
          refused);
      assertTrue(refused.contains("(max-authentication-failures)"), refused);
      assertEquals(1, api.refusals("max-authentication-failures"));

      // Others behind the same address, and other addresses.
      assertTrue(get(api, "127.0.0.1", "ann").contains(" 200 "));
      assertTrue(get(api, "127.0.0.2", ";").contains(" 401 "));
    }
  }

  private static String get(LimitedApi api, String from, String token) throws Exception {
    try (var client = new RawHttp(api.port(), from)) {
      client.send(
          "GET /quick HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
      return client.response();
    }
  }
}
