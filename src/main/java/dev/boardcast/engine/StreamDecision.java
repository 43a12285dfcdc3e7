package dev.boardcast.engine;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.StreamGrant;
import dev.boardcast.spi.StreamRule;
import dev.boardcast.spi.StreamRule.Right;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The rule in force for one application stream. Immutable.
 *
 * @param variables of the stream's name, by the rule's pattern
 * @param confined principals that have no right here, whatever the rule says
 */
public record StreamDecision(
    String stream, StreamRule rule, Map<String, String> variables, Predicate<Principal> confined) {
  /** Whether a right may depend on the current teams of a principal. */
  public boolean needsTeams(Right right) {
    for (StreamGrant grant : rule.grants(right)) {
      if (grant.needsTeams()) return true;
    }
    return false;
  }

  /**
   * Whether a principal has a right.
   *
   * @param principal with its current teams, where the right {@link #needsTeams}; empty for a
   *     caller without a token
   */
  public boolean allows(Right right, Optional<Principal> principal) {
    if (principal.filter(confined).isPresent()) return false;
    for (StreamGrant grant : rule.grants(right)) {
      if (grant.allows(stream, variables, principal)) return true;
    }
    return false;
  }

  /** Whether a principal has a right whatever its teams are. */
  public boolean allowsWithoutTeams(Right right, Optional<Principal> principal) {
    return allows(right, principal.map(who -> who.withTeams(Set.of())));
  }
}
