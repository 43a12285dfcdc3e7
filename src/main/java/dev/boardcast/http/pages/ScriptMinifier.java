package dev.boardcast.http.pages;

import dev.boardcast.http.pages.ScriptTokens.Token;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a module of JavaScript shorter: without comments and needless white space, and with short
 * names for private members and for what it declares itself. A name that may also be one of a
 * property, anywhere in the module, stays as it is, so that no scopes need to be known.
 *
 * <p>Its input is the client's own source, which ends statements with semicolons.
 */
final class ScriptMinifier {
  private static final Set<String> RESERVED =
      Set.of(
          ("break case catch class const continue default delete do else export extends false"
                  + " finally for from function get if import in instanceof let new null of return"
                  + " set static super switch this throw true try typeof undefined var void while"
                  + " yield async await constructor NaN Infinity")
              .split(" +"));
  private static final int MODULE = -1; // the unit of what the module itself declares
  private static final Token NONE = new Token(ScriptTokens.Kind.OPERATOR, ";", false);
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final List<Token> tokens;
  private final Map<Integer, Integer> closing = new HashMap<>();
  private final Set<String> properties = new HashSet<>();
  private final Set<String> declared = new HashSet<>();
  private final Map<String, Set<Integer>> units = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  private ScriptMinifier(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * @param exported names that stay, beside those of properties
   */
  static String minify(String module, Set<String> exported) {
    var minifier = new ScriptMinifier(ScriptTokens.of(module));
    minifier.findNames();
    minifier.findParameters();
    return minifier.write(minifier.shortNames(exported));
  }

  /**
   * Finds properties, declarations, and in which member or statement of the module each name is.
   */
  private void findNames() {
    Deque<Integer> open = new ArrayDeque<>();
    boolean inClass = false;
    int unit = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.opens()) {
        inClass |= open.isEmpty() && token.is("{") && before(i, 2).is("class", "extends");
        open.push(i);
        if (open.size() == 1 && inClass) unit++;
      } else if (token.closes()) {
        closing.put(open.pop(), i);
        if (open.isEmpty()) inClass = false;
        if (open.size() == (inClass ? 1 : 0) && token.is("}")) unit++;
      } else if (token.is(";") && open.size() == (inClass ? 1 : 0)) {
        unit++;
      } else if (isName(token)) {
        boolean inBraces = !open.isEmpty() && tokens.get(open.peek()).is("{");
        note(i, inBraces, unit);
        if (open.isEmpty() && before(i, 1).is("const", "let", "class", "function")) {
          units.get(token.text()).add(MODULE);
        }
      }
    }
  }

  private void note(int i, boolean inBraces, int unit) {
    String name = tokens.get(i).text();
    Token before = before(i, 1);
    Token after = after(i);
    uses.merge(name, 1, Integer::sum);
    units.computeIfAbsent(name, first -> new HashSet<>()).add(unit);
    boolean isShorthand = before.is("{", ",") && after.is(",", "}", "=");
    boolean isMember =
        before.is("{", "}", ";", ",", "get", "async", "static") && after.is("(", "=", ";");
    // A name before a colon that follows a question mark is a value.
    boolean isKey = before.is("{", ",") && after.is(":");
    if (before.is(".", "?.") || isKey || (inBraces && (isShorthand || isMember))) {
      properties.add(name);
    }
    if (before.is("const", "let", "class", "function") || after.is("=>")) declared.add(name);
  }

  /** Parameters of functions, and variables in patterns. */
  private void findParameters() {
    closing.forEach(
        (start, end) -> {
          Token before = before(start, 1);
          boolean isPattern = before.is("const", "let") && !tokens.get(start).is("(");
          boolean isFunction =
              after(end).is("=>")
                  || (before.is("catch") && !before(start, 2).is("."))
                  || (after(end).is("{") && !before.is("if", "for", "while", "switch"));
          if (!isPattern && !(tokens.get(start).is("(") && isFunction)) return;
          for (int i = start + 1; i < end; i++) {
            boolean begins = before(i, 1).is("(", ",", "[", "...", "{", ":");
            if (isName(tokens.get(i)) && begins) declared.add(tokens.get(i).text());
          }
        });
  }

  /** Two names may become the same one if no member or statement has both. */
  private Map<String, String> shortNames(Set<String> exported) {
    var taken = new TreeSet<>(RESERVED);
    var renamed = new HashMap<String, String>();
    var unitsOf = new HashMap<String, Set<Integer>>();
    for (String name : units.keySet()) {
      if (!isRenamed(name, exported)) taken.add(name);
    }
    List<String> names =
        units.keySet().stream()
            .filter(name -> isRenamed(name, exported))
            .sorted(Comparator.comparing((String name) -> -uses.get(name)).thenComparing(n -> n))
            .toList();
    int privates = 0;
    for (String name : names) {
      if (name.startsWith("#")) {
        renamed.put(name, "#" + code(privates++));
        continue;
      }
      for (int n = 0; !renamed.containsKey(name); n++) {
        Set<Integer> used = unitsOf.computeIfAbsent(code(n), first -> new HashSet<>());
        if (taken.contains(code(n)) || units.get(name).stream().anyMatch(used::contains)) continue;
        used.addAll(units.get(name));
        renamed.put(name, code(n));
      }
    }
    return renamed;
  }

  private boolean isRenamed(String name, Set<String> exported) {
    return name.startsWith("#")
        || (declared.contains(name) && !properties.contains(name) && !exported.contains(name));
  }

  private static String code(int n) {
    String last = LETTERS.substring(n % LETTERS.length(), n % LETTERS.length() + 1);
    return n < LETTERS.length() ? last : code(n / LETTERS.length() - 1) + last;
  }

  private String write(Map<String, String> renamed) {
    var out = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      String text = isName(token) ? renamed.getOrDefault(token.text(), token.text()) : token.text();
      if (token.is("}") && ",;".indexOf(out.charAt(out.length() - 1)) >= 0) {
        out.setLength(out.length() - 1);
      } else if (token.is(")") && out.charAt(out.length() - 1) == ',') {
        out.setLength(out.length() - 1);
      }
      if (!out.isEmpty() && token.spaced()) separate(out, token, text);
      out.append(text);
    }
    return out.toString();
  }

  private static void separate(StringBuilder out, Token token, String text) {
    char last = out.charAt(out.length() - 1);
    boolean isWord = Character.isJavaIdentifierPart(last);
    boolean joins =
        isWord && (Character.isJavaIdentifierPart(text.charAt(0)) || text.startsWith("#"));
    boolean isSign = "+-".indexOf(last) >= 0 && "+-".indexOf(text.charAt(0)) >= 0;
    if (token.is("export")) out.append('\n');
    else if (joins || isSign) out.append(' ');
  }

  private static boolean isName(Token token) {
    return token.kind() == ScriptTokens.Kind.NAME && !RESERVED.contains(token.text());
  }

  private Token before(int i, int steps) {
    return i < steps ? NONE : tokens.get(i - steps);
  }

  private Token after(int i) {
    return i + 1 < tokens.size() ? tokens.get(i + 1) : NONE;
  }
}
