package dev.boardcast.web.limits;

import static dev.boardcast.web.limits.Budget.Grant.GRANTED;
import static dev.boardcast.web.limits.Budget.Grant.SHARE_SPENT;
import static dev.boardcast.web.limits.Budget.Grant.TOTAL_SPENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.web.limits.AnonymousConnections.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnonymousConnectionsTest {
  private final List<String> evicted = new ArrayList<>();
  private final AnonymousConnections connections = new AnonymousConnections(6, 4);

  @Test
  void theOldestOfTheClientWithTheMostMakesRoom() {
    for (int i = 0; i < 4; i++) assertEquals(GRANTED, add("a", "a" + i));
    assertEquals(SHARE_SPENT, add("a", "a4"));
    assertEquals(GRANTED, add("b", "b0"));
    assertEquals(GRANTED, add("b", "b1"));

    assertEquals(GRANTED, add("c", "c0"));
    assertEquals(List.of("a0"), evicted);
    // A client never takes the place of one that would then have fewer.
    assertEquals(TOTAL_SPENT, add("b", "b2"));
    assertEquals(GRANTED, add("c", "c1"));
    assertEquals(List.of("a0", "a1"), evicted);
    assertEquals(TOTAL_SPENT, add("c", "c2"));
    assertEquals(6, connections.held());
  }

  @Test
  void nothingIsKeptOfClientsThatLeft() {
    var added = new ArrayList<Connection>();
    for (int i = 0; i < 6; i++) {
      String name = "n" + i;
      Connection connection = () -> evicted.add(name);
      added.add(connection);
      assertEquals(GRANTED, connections.add(i < 4 ? "a" : "b", connection));
    }
    Connection late = () -> evicted.add("late");
    assertEquals(GRANTED, connections.add("c", late));
    // Its removal comes when it has closed.
    connections.remove("a", added.get(0));
    assertEquals(6, connections.held());
    for (int i = 1; i < 6; i++) connections.remove(i < 4 ? "a" : "b", added.get(i));
    connections.remove("c", late);
    connections.remove("c", late);
    assertEquals(0, connections.held());
    assertEquals(0, connections.clients());
    for (int i = 0; i < 4; i++) assertEquals(GRANTED, add("a", "x"));
  }

  private Budget.Grant add(String client, String name) {
    return connections.add(client, () -> evicted.add(name));
  }
}
