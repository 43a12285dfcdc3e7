package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class JoinFailureTest {
  @Test
  void membersOfAHazelcastFileWithoutAPortAreNotAsked() {
    var members = List.of("10.0.0.1", "node-a", "10.0.0.1-5", "10.0.0.*:5701-5703", "node-a:");
    var failure = JoinFailure.of(members, "10.0.0.9:5701", new byte[0]);
    assertEquals(new JoinFailure(List.of(), List.of()), failure);
  }
}
