package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.StreamRule.Right;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.spi.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamPolicyTest {
  private static final StreamRules RULES =
      StreamRules.parse(
          """
          [{"streams": "doc.{id}", "subscribe": ["claim:docs={id}", "team:{id}"],
            "publish": "team:{id}", "history": "role:auditor"},
           {"streams": "own.{user}", "subscribe": "claim:sub={user}"},
           {"streams": "channel.*", "subscribe": "token"},
           {"streams": "audit", "subscribe": "public"},
           {"streams": "open", "subscribe": "public", "publish": "public"}]""");

  private final StreamPolicy policy = policy(true);

  @ParameterizedTest
  @CsvSource({
    "doc.7, SUBSCRIBE, ann",
    "doc.9, SUBSCRIBE, 'ann'",
    "doc.red, SUBSCRIBE, 'bob'",
    "doc.red, PUBLISH, 'bob'",
    "doc.7, PUBLISH, ''",
    "doc.7, HISTORY, 'eve root'",
    "doc.7, PRESENCE, 'root'",
    "own.bob, SUBSCRIBE, 'bob'",
    "channel.x, SUBSCRIBE, 'eve'",
    "channel.y, SUBSCRIBE, ''",
    "audit, SUBSCRIBE, 'vi root'",
    "open, SUBSCRIBE, 'nobody ann bob eve vi root'",
    "news, SUBSCRIBE, 'nobody ann bob eve vi root'",
    "news, PUBLISH, 'vi root'",
    "undeclared, SUBSCRIBE, 'root'",
    "undeclared, PUBLISH, 'root'",
    "undeclared, HISTORY, 'root'",
  })
  void rightsAreThoseOfTheRule(String stream, Right right, String expected) {
    var people =
        Map.of(
            "ann", principal("ann", Set.of(), Set.of(), Map.of("docs", Set.of("7", "9"))),
            "bob", principal("bob", Set.of("red"), Set.of(), Map.of()),
            "eve",
                principal(
                    "eve", Set.of(), Set.of("auditor"), Map.of("topics", Set.of("channel.x"))),
            "vi", principal("vi", Set.of(), Set.of("viewer", "publish"), Map.of()),
            "root", principal("root", Set.of(), Set.of("admin"), Map.of()));
    var rule = policy.find(stream);
    var allowed =
        List.of("nobody", "ann", "bob", "eve", "vi", "root").stream()
            .filter(name -> rule.allows(right, Optional.ofNullable(people.get(name))))
            .toList();
    assertEquals(expected, String.join(" ", allowed));
  }

  @Test
  void whoIsConfinedHasNoRightToAStreamOfABoard() {
    var sid = principal("sid", Set.of(), Set.of("admin"), Map.of("site", Set.of("7")));
    for (Right right : Right.values()) {
      assertFalse(policy.find("audit").allows(right, Optional.of(sid)), right.name());
      assertTrue(policy.find("open").allows(right, Optional.of(sid)), right.name());
    }
  }

  @Test
  void onlyTeamsOfThePrincipalThatAreCurrentCount() {
    var bob = Optional.of(principal("bob", Set.of("red"), Set.of(), Map.of()));
    var rule = policy.find("doc.red");
    assertTrue(rule.needsTeams(Right.PUBLISH) && rule.allows(Right.PUBLISH, bob));
    assertFalse(rule.allowsWithoutTeams(Right.PUBLISH, bob));
    assertFalse(rule.needsTeams(Right.HISTORY));
  }

  @Test
  void withoutRulesOrTokensUndeclaredNamesHaveTheDefaultVisibility() {
    var ann = Optional.of(principal("ann", Set.of(), Set.of(), Map.of()));
    policy.replace(StreamRules.NONE);
    assertTrue(policy.find("undeclared").allows(Right.SUBSCRIBE, ann));
    assertFalse(policy.find("undeclared").allows(Right.PUBLISH, ann));
    assertTrue(policy(false).find("undeclared").allows(Right.SUBSCRIBE, ann));
  }

  @Test
  void handlersAreToldOfOtherRulesOnly() {
    var told = new AtomicInteger();
    Runnable end = policy.subscribe(told::incrementAndGet);
    policy.replace(StreamRules.parse(RULES.toString()));
    assertEquals(0, told.get());
    policy.replace(StreamRules.NONE);
    assertEquals(1, told.get());
    end.run();
    policy.replace(RULES);
    assertEquals(1, told.get());
  }

  private static StreamPolicy policy(boolean requiresTokens) {
    var policy =
        new StreamPolicy(
            Map.of("audit", Visibility.parse("role:viewer")),
            Map.of("audit", who -> who.claims().containsKey("site")),
            List.of(StreamRules.parse("[{\"streams\":\"open\"}]")),
            Map.of("news", Visibility.PUBLIC),
            Visibility.AUTHENTICATED,
            requiresTokens);
    policy.replace(RULES);
    return policy;
  }

  private static Principal principal(
      String user, Set<String> teams, Set<String> roles, Map<String, Set<String>> claims) {
    return new Principal(
        user, teams, roles, Instant.EPOCH, Instant.MAX, Optional.empty(), Optional.empty(), claims);
  }
}
