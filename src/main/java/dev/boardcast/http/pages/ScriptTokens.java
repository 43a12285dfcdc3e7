package dev.boardcast.http.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a module of JavaScript into tokens, without comments. It knows the syntax that the client
 * uses: regular expressions stand where no value precedes, expressions in templates are tokens too.
 */
final class ScriptTokens {
  enum Kind {
    NAME,
    LITERAL,
    /**
     * A part of a template: it begins with a backtick or brace and ends with one or <code>${</code>
     * .
     */
    TEMPLATE,
    OPERATOR
  }

  /**
   * @param spaced whether white space precedes it
   */
  record Token(Kind kind, String text, boolean spaced) {
    boolean is(String... texts) {
      return kind != Kind.LITERAL && List.of(texts).contains(text);
    }

    boolean opens() {
      return kind == Kind.TEMPLATE
          ? text.endsWith("${") && text.startsWith("`")
          : is("(", "[", "{");
    }

    boolean closes() {
      return kind == Kind.TEMPLATE
          ? text.startsWith("}") && !text.endsWith("${")
          : is(")", "]", "}");
    }
  }

  private static final Pattern SPACE = Pattern.compile("(?:\\s|//[^\\n]*|/\\*[\\s\\S]*?\\*/)+");
  private static final Pattern NAME = Pattern.compile("#?[A-Za-z_$][\\w$]*");
  private static final Pattern LITERAL =
      Pattern.compile("'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"|\\d[\\w.]*");
  private static final Pattern REGEX =
      Pattern.compile("/(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\])*]|[^/\\\\\\[\\n])+/[a-z]*");
  private static final Pattern OPERATOR =
      Pattern.compile(
          "=>|\\.\\.\\.|\\?\\.|\\?\\?=?|[!=]==?|[<>]=|&&=?|\\|\\|=?|\\+\\+|--|\\*\\*|[-+*/%]=|.");
  private static final Pattern TEMPLATE =
      Pattern.compile("[`}](?:\\\\.|\\$(?!\\{)|[^`\\\\$])*(?:`|\\$\\{)");
  private static final Set<String> BEFORE_VALUES = Set.of("return", "typeof", "case", "of", "in");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Boolean> braces = new ArrayList<>(); // whether an open one is of a template
  private int at;

  private ScriptTokens(String text) {
    this.text = text;
  }

  static List<Token> of(String text) {
    var tokens = new ScriptTokens(text);
    while (tokens.at < text.length()) tokens.next();
    return tokens.tokens;
  }

  private void next() {
    int from = at;
    take(SPACE);
    String space = text.substring(from, at);
    if (at == text.length()) return;
    char first = text.charAt(at);
    boolean endsExpression = first == '}' && !braces.isEmpty() && braces.get(braces.size() - 1);
    Kind kind;
    String found;
    if (first == '`' || endsExpression) {
      kind = Kind.TEMPLATE;
      found = take(TEMPLATE);
      if (endsExpression) braces.remove(braces.size() - 1);
      if (found.endsWith("${")) braces.add(true);
    } else if ((found = take(NAME)) != null) {
      kind = Kind.NAME;
    } else if ((found = take(LITERAL)) != null
        || (first == '/' && !isAfterValue() && (found = take(REGEX)) != null)) {
      kind = Kind.LITERAL;
    } else {
      kind = Kind.OPERATOR;
      found = take(OPERATOR);
      if (found.equals("{")) braces.add(false);
      if (found.equals("}")) braces.remove(braces.size() - 1);
    }
    tokens.add(new Token(kind, found, !space.isEmpty()));
  }

  private boolean isAfterValue() {
    if (tokens.isEmpty()) return false;
    Token last = tokens.get(tokens.size() - 1);
    return switch (last.kind()) {
      case NAME -> !BEFORE_VALUES.contains(last.text());
      case LITERAL -> true;
      case TEMPLATE -> last.text().endsWith("`");
      case OPERATOR -> last.is(")", "]", "}");
    };
  }

  private String take(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) return null;
    at = matcher.end();
    return matcher.group();
  }
}
