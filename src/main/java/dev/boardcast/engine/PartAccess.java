package dev.boardcast.engine;

import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which part of a board with parameters a viewer gets. A parameter with a claim is pinned: a viewer
 * sees the values of that claim and no others, and the whole board only as an admin whose token
 * does not have the claim.
 */
public final class PartAccess {
  private static final int MAX_SHOWN = 20; // values in a message

  private PartAccess() {}

  /** What became of a request. */
  public sealed interface Outcome {
    /**
     * What the viewer gets: the whole board if it has no values; empty if the request is refused.
     */
    default Optional<BoardPart> part() {
      return Optional.empty();
    }

    /** The viewer gets it. */
    record Allowed(BoardPart allowed) implements Outcome {
      @Override
      public Optional<BoardPart> part() {
        return Optional.of(allowed);
      }
    }

    /**
     * @param parameter its name
     */
    record Invalid(String parameter, String expected) implements Outcome {}

    /** Another value than those of the viewer's token. */
    record Forbidden(String message) implements Outcome {}

    /** A pinned parameter, and no token. */
    record TokenNeeded() implements Outcome {}
  }

  /**
   * Resolves a request.
   *
   * @param board as the part is to be called
   * @param given the values that the viewer asks for, by name
   */
  public static Outcome resolve(
      String board,
      List<BoardParameter> parameters,
      Map<String, String> given,
      Optional<Principal> viewer) {
    var names = parameters.stream().map(BoardParameter::name).toList();
    for (String name : given.keySet()) {
      if (names.contains(name)) continue;
      return new Outcome.Invalid(
          shown(name),
          names.isEmpty()
              ? "no value: this board has no parameters"
              : "no such parameter, but " + String.join(", ", names));
    }
    var values = new TreeMap<String, String>();
    for (BoardParameter parameter : parameters) {
      Outcome refused = add(parameter, given.get(parameter.name()), viewer, values);
      if (refused != null) return refused;
    }
    var part = BoardPart.of(board, values);
    if (part.name().length() > BoardPart.MAX_NAME) {
      return new Outcome.Invalid(
          values.firstKey(),
          "values that, encoded, make a topic of at most " + BoardPart.MAX_NAME + " characters");
    }
    return new Outcome.Allowed(part);
  }

  /** Adds the value of one parameter, if there is one; null if that is well. */
  private static Outcome add(
      BoardParameter parameter,
      String asked,
      Optional<Principal> viewer,
      Map<String, String> values) {
    String name = parameter.name();
    Optional<String> value = Optional.ofNullable(asked).flatMap(parameter::canonical);
    if (asked != null && value.isEmpty()) {
      return new Outcome.Invalid(name, parameter.expected());
    }
    if (parameter.claim().isPresent()) {
      if (viewer.isEmpty()) return new Outcome.TokenNeeded();
      String claim = parameter.claim().get();
      if (viewer.get().hasClaim(claim)) {
        return addPinned(parameter, value, viewer.get().claim(claim), values);
      }
      if (!viewer.get().hasRole(Principal.ADMIN)) {
        return new Outcome.Forbidden("this needs a token with the claim " + claim);
      }
    }
    if (value.isEmpty() && parameter.isRequired()) {
      return new Outcome.Invalid(name, parameter.expected() + ": this board needs one");
    }
    value.ifPresent(chosen -> values.put(name, chosen));
    return null;
  }

  private static Outcome addPinned(
      BoardParameter parameter,
      Optional<String> asked,
      Set<String> claimed,
      Map<String, String> values) {
    var own = new TreeSet<String>();
    claimed.forEach(each -> parameter.canonical(each).ifPresent(own::add));
    boolean isOther = asked.isPresent() && !own.contains(asked.get());
    if (isOther || own.isEmpty()) {
      return new Outcome.Forbidden(
          "another " + parameter.name() + " than that of the token is not yours to see");
    }
    if (asked.isEmpty() && own.size() > 1) {
      return new Outcome.Invalid(
          parameter.name(),
          own.stream().limit(MAX_SHOWN).collect(Collectors.joining(", ", "one of ", "")));
    }
    values.put(parameter.name(), asked.orElseGet(own::first));
    return null;
  }

  private static String shown(String name) {
    return name.length() <= 63 ? name : name.substring(0, 63);
  }
}
