package dev.boardcast.http.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the client's own tests, which also run against what is served, would not name. */
class ScriptMinifierTest {
  @Test
  void commentsAndWhiteSpaceAreLeftOut() {
    assertMinified(
        "const long=1;\nexport{long};", "const long = 1; // a\n /* b */ export { long };");
    assertMinified("(a,...b)=>a+ +b;", "(first, ...second) => first + +second;");
    assertMinified("const a={b:1};", "const own = {\n  b: 1,\n};");
    assertMinified("f({b:1},[2]);", "f(\n  { b: 1 },\n  [2],\n);");
  }

  @Test
  void ownNamesAreShortAndThoseOfOthersStay() {
    assertMinified("const a=1;f(a);", "const total = 1; f(total);");
    assertMinified(
        "const total=Math.max(0,window.total);", "const total = Math.max(0, window.total);");
    assertMinified("const x=1;const y={x};z.y(y);", "const x = 1; const y = { x }; z.y(y);");
    assertMinified("const a=1;const b=q?a:2;", "const abc = 1; const def = q ? abc : 2;");
    assertMinified("const abc=1;f({abc:2});", "const abc = 1; f({ abc: 2 });");
    assertMinified("p.catch(console);const a=1;", "p.catch(console); const it = 1;");
  }

  @Test
  void namesThatDoNotMeetMayBecomeTheSame() {
    assertMinified(
        "const b=(a)=>{g(a)};const c=(a)=>{h(a)};",
        "const f1 = (one) => { g(one); }; const f2 = (two) => { h(two); };");
    assertMinified(
        "class a{#a=1;get long(){return this.#a}}",
        "class Abc { #long = 1; get long() { return this.#long; } }");
  }

  @Test
  void textsTemplatesAndRegularExpressionsStay() {
    assertMinified("const a='abc  // abc';", "const abc = 'abc  // abc';");
    assertMinified(
        "const a=`abc ${a+`${a} }`} abc`;", "const abc = `abc ${abc + `${abc} }`} abc`;");
    assertMinified("const a=/'[/\"] abc/u.test(q)/2;", "const abc = /'[/\"] abc/u.test(q) / 2;");
  }

  private static void assertMinified(String expected, String module) {
    assertEquals(expected, ScriptMinifier.minify(module, Set.of("long")));
  }
}
