package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicCatalogueTest {
  private static final Optional<Principal> ANONYMOUS = Optional.empty();
  private static final Optional<Principal> ANN =
      Optional.of(new Principal("ann", Set.of("red"), Set.of("ops"), Instant.EPOCH, Instant.MAX));

  private final TopicCatalogue topics =
      new TopicCatalogue(
          List.of(
              board("routing", "routing", Visibility.PUBLIC),
              board("analysis", "metrics", Visibility.AUTHENTICATED),
              board("secret", "secret", Visibility.parse("role:admin"))),
          Map.of(
              "audit", Visibility.parse("role:ops"),
              "internal.*", Visibility.AUTHENTICATED,
              "internal.status", Visibility.PUBLIC));

  @ParameterizedTest
  @CsvSource({
    "routing, OfBoard, OfBoard",
    "metrics, NOT_AUTHENTICATED, OfBoard",
    "secret, NOT_AUTHENTICATED, FORBIDDEN",
    "tasks, NOT_AUTHENTICATED, OfStreams",
    "user.ann, NOT_AUTHENTICATED, OfStreams",
    "user.bob, NOT_AUTHENTICATED, FORBIDDEN",
    "team.red, NOT_AUTHENTICATED, OfStreams",
    "team.blue, NOT_AUTHENTICATED, FORBIDDEN",
    "audit, NOT_AUTHENTICATED, OfStreams",
    "internal.x, NOT_AUTHENTICATED, OfStreams",
    "internal.status, OfStreams, OfStreams",
    "orders, OfStreams, OfStreams",
    "'no such name', UNKNOWN_TOPIC, UNKNOWN_TOPIC",
    "'', UNKNOWN_TOPIC, UNKNOWN_TOPIC",
    "../etc, UNKNOWN_TOPIC, UNKNOWN_TOPIC",
  })
  void topicsAreVisibleToTheirPrincipalsOnly(String topic, String anonymous, String ann) {
    assertEquals(anonymous, verdict(topics.find(topic, ANONYMOUS)));
    assertEquals(ann, verdict(topics.find(topic, ANN)));
  }

  @Test
  void tasksCoversTheUsersStreamAndThoseOfAllTeams() {
    var found = assertInstanceOf(TopicCatalogue.Verdict.OfStreams.class, topics.find("tasks", ANN));
    assertEquals(Set.of("user.ann", "team.red"), found.streams());
  }

  private static String verdict(TopicCatalogue.Verdict verdict) {
    return verdict instanceof TopicCatalogue.Verdict.Refused refused
        ? refused.code().name()
        : verdict.getClass().getSimpleName();
  }

  private static TopicCatalogue.BoardTopic board(String name, String topic, Visibility visibility) {
    return new TopicCatalogue.BoardTopic(name, topic, visibility, Board.Format.BARE, List.of());
  }
}
