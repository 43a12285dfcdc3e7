package dev.boardcast.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.boardcast.bus.SessionList;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdminSessionRoutesTest {
  private static final Set<String> NODES = Set.of("n1", "n2");

  @Test
  void aPageEndsWhereANodeHasMoreThanItSent() {
    var page =
        AdminSessionRoutes.page(
            List.of(list("n1", true, "a", "c"), list("n2", false, "b", "d")), 10, NODES);
    assertEquals(List.of("a", "b", "c"), ids(page));
    assertEquals("c", page.next());
  }

  @Test
  void aPageHasAtMostItsLimit() {
    var page =
        AdminSessionRoutes.page(
            List.of(list("n1", false, "a", "c"), list("n2", false, "b", "d")), 2, NODES);
    assertEquals(List.of("a", "b"), ids(page));
    assertEquals("b", page.next());
  }

  @Test
  void theLastPageHasNoNextAndNamesNodesThatDidNotAnswer() {
    var page = AdminSessionRoutes.page(List.of(list("n1", false, "a")), 2, NODES);
    assertNull(page.next());
    assertEquals(List.of("n2"), page.silent());
  }

  private static List<String> ids(AdminSessionRoutes.SessionPage page) {
    return page.sessions().stream().map(AdminSessionRoutes.Session::session).toList();
  }

  private static SessionList list(String node, boolean more, String... sessions) {
    return new SessionList(
        UUID.randomUUID(),
        node,
        Stream.of(sessions)
            .map(
                id ->
                    new SessionList.Entry(
                        id,
                        null,
                        "127.0.0.1",
                        "sse",
                        Instant.EPOCH,
                        List.of(),
                        0,
                        null,
                        null,
                        null,
                        0,
                        0))
            .toList(),
        more);
  }
}
