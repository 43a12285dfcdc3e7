package dev.boardcast.auth.revocation;

import java.util.Set;

/**
 * Sessions may have lost their access. Immutable.
 *
 * @param users whose sessions are to be checked; sessions of all users when it is empty
 * @param withdrawnKeys ids of keys whose tokens are no longer accepted, though another key may have
 *     the id now
 */
public record AccessChange(Set<String> users, Set<String> withdrawnKeys) {
  static final AccessChange OF_ANY = new AccessChange(Set.of(), Set.of());

  public AccessChange {
    users = Set.copyOf(users);
    withdrawnKeys = Set.copyOf(withdrawnKeys);
  }
}
