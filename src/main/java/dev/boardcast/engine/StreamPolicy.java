package dev.boardcast.engine;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.StreamGrant;
import dev.boardcast.spi.StreamPattern;
import dev.boardcast.spi.StreamRule;
import dev.boardcast.spi.StreamRule.Messages;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.spi.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The rules of application streams in force on one node. For a name, these count in this order:
 *
 * <ol>
 *   <li>The visibility of a stream that a board owns.
 *   <li>The operator's rules, then those of boards.
 *   <li>The operator's visibility of the name; principals with the role {@code publish} publish.
 *   <li>Where the operator has rules and tokens are required, nobody but admins.
 *   <li>The default visibility; principals with the role {@code publish} publish.
 * </ol>
 *
 * <p>The operator's rules may be replaced while the node runs. Thread safe.
 */
public final class StreamPolicy {
  private static final StreamPattern ANY = StreamPattern.parse("*");
  private static final List<StreamGrant> PUBLISHERS = List.of(StreamGrant.role(Principal.PUBLISH));

  /** Of a name without a rule where there are rules: nobody may do anything. */
  private static final StreamRule CLOSED =
      undeclared(StreamGrant.NOBODY, StreamGrant.NOBODY, StreamGrant.NOBODY);

  private static final Predicate<Principal> NOBODY = who -> false;

  private final Map<String, Visibility> owned;
  private final Map<String, Predicate<Principal>> confined;
  private final List<StreamRules> ofModules;
  private final Map<String, Visibility> visibility;
  private final Visibility byDefault;
  private final boolean requiresTokens;
  private final Map<Visibility, StreamRule> undeclared = new ConcurrentHashMap<>();
  private final List<Runnable> handlers = new CopyOnWriteArrayList<>();
  private volatile CurrentRules current;

  /**
   * @param configured the operator's own
   * @param ordered with those of boards
   */
  private record CurrentRules(StreamRules configured, List<StreamRule> ordered) {}

  /**
   * @param owned streams of boards, by their names
   * @param confined who has no right to such a stream, whatever its visibility
   * @param ofModules the rules that boards declare
   * @param visibility of streams, by name or by prefix with {@code *} at the end
   * @param byDefault the visibility of others
   * @param requiresTokens whether writing needs a token
   */
  public StreamPolicy(
      Map<String, Visibility> owned,
      Map<String, Predicate<Principal>> confined,
      List<StreamRules> ofModules,
      Map<String, Visibility> visibility,
      Visibility byDefault,
      boolean requiresTokens) {
    this.owned = Map.copyOf(owned);
    this.confined = Map.copyOf(confined);
    this.ofModules = List.copyOf(ofModules);
    this.visibility = Map.copyOf(visibility);
    this.byDefault = byDefault;
    this.requiresTokens = requiresTokens;
    replace(StreamRules.NONE);
  }

  /** Without rules: streams are public where nothing else is said. */
  public static StreamPolicy of(Map<String, Visibility> visibility) {
    return new StreamPolicy(Map.of(), Map.of(), List.of(), visibility, Visibility.PUBLIC, true);
  }

  /** The rule of a stream. */
  public StreamDecision find(String stream) {
    Visibility own = owned.get(stream);
    if (own != null) return byVisibility(stream, own);
    CurrentRules rules = current;
    for (StreamRule rule : rules.ordered()) {
      Optional<Map<String, String>> variables = rule.streams().match(stream);
      if (variables.isPresent()) return new StreamDecision(stream, rule, variables.get(), NOBODY);
    }
    Optional<Visibility> named = Visibility.lookup(visibility, stream);
    if (named.isPresent()) return byVisibility(stream, named.get());
    if (requiresTokens && !rules.configured().isEmpty()) {
      return new StreamDecision(stream, CLOSED, Map.of(), NOBODY);
    }
    return byVisibility(stream, byDefault);
  }

  /**
   * What counts for names of streams that no board owns, first to last: of several that match, the
   * first.
   */
  public List<Declared> declared() {
    CurrentRules rules = current;
    var declared = new ArrayList<Declared>();
    rules.ordered().forEach(rule -> declared.add(new Declared(rule.streams(), rule)));
    // All of them allow the same, but for who reads.
    visibility.forEach((name, of) -> declared.addAll(byName(name, of)));
    if (!requiresTokens || rules.configured().isEmpty()) {
      declared.add(new Declared(ANY, byVisibility("", byDefault).rule()));
    }
    return List.copyOf(declared);
  }

  /** The streams of a pattern, and what may be done with them. */
  public record Declared(StreamPattern streams, StreamRule rule) {
    /** Whether the rule lets nobody publish, but admins. */
    public boolean isClosed() {
      return rule.publish().equals(StreamGrant.NOBODY);
    }
  }

  private List<Declared> byName(String name, Visibility of) {
    StreamRule rule = byVisibility(name, of).rule();
    // A prefix is one of the names that begin with it.
    return Stream.of(name, name.replaceFirst("\\*$", ""))
        .distinct()
        .flatMap(text -> pattern(text).stream())
        .map(streams -> new Declared(streams, rule))
        .toList();
  }

  /** Empty for what cannot be the name of a stream. */
  private static Optional<StreamPattern> pattern(String text) {
    try {
      return Optional.of(StreamPattern.parse(text));
    } catch (IllegalArgumentException noStream) {
      return Optional.empty();
    }
  }

  /** The operator's rules. */
  public StreamRules configured() {
    return current.configured();
  }

  /** Replaces the operator's rules; tells the handlers if they differ. */
  public void replace(StreamRules rules) {
    synchronized (this) {
      if (current != null && current.configured().equals(rules)) return;
      var ordered = new ArrayList<>(rules.list());
      ofModules.forEach(each -> ordered.addAll(each.list()));
      current = new CurrentRules(rules, List.copyOf(ordered));
    }
    handlers.forEach(Runnable::run);
  }

  /**
   * Calls a handler whenever the rules were replaced, on the thread that did it.
   *
   * @return ends that; harmless when run twice
   */
  public Runnable subscribe(Runnable handler) {
    handlers.add(handler);
    return () -> handlers.remove(handler);
  }

  private StreamDecision byVisibility(String stream, Visibility of) {
    StreamRule rule =
        undeclared.computeIfAbsent(
            of, each -> undeclared(List.of(StreamGrant.of(each)), watchers(each), PUBLISHERS));
    return new StreamDecision(stream, rule, Map.of(), confined.getOrDefault(stream, NOBODY));
  }

  /** Who reads sees who else is there, but not without a token: that tells the names of users. */
  private static List<StreamGrant> watchers(Visibility of) {
    boolean isPublic = of.allows(Optional.empty());
    return List.of(StreamGrant.of(isPublic ? Visibility.AUTHENTICATED : of));
  }

  /** The bounds of the node are the only ones. */
  private static StreamRule undeclared(
      List<StreamGrant> readers, List<StreamGrant> watchers, List<StreamGrant> publishers) {
    return new StreamRule(
        ANY,
        readers,
        publishers,
        watchers,
        readers,
        Messages.BOTH,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE);
  }
}
