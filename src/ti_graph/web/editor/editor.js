// The SPARQL editor: grows out of the page's text area, which keeps working where this does not run.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Parser } from "sparqljs";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--said)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.number, color: "var(--said)" },
]);
const looks = EditorView.theme({
  "&": { border: "1px solid var(--soft)", borderRadius: "0.4rem", background: "var(--card)", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-content": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", fontSize: "0.92rem", caretColor: "var(--ink)", minHeight: "12rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--card)", color: "var(--soft)", border: "none" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { background: "var(--line) !important" },
  ".cm-tooltip": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--soft)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "#0b5394", color: "#fff" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
});

/** Where the parser stumbled, and over what. */
function mistake(error, text, said) {
  const prefix = /Unknown prefix: ([\w-]*)/.exec(error.message);
  const place = error.hash && error.hash.loc;
  let from = 0;
  let to = text.length;
  if (prefix) {
    from = Math.max(0, text.search(new RegExp(`(?<![\\w-])${prefix[1]}:`)));
    to = from + prefix[1].length + 1;
  } else if (place) {
    const before = text.split("\n").slice(0, place.first_line - 1);
    from = before.reduce((sum, line) => sum + line.length + 1, 0) + place.first_column;
    to = from + (place.last_line === place.first_line ? place.last_column - place.first_column : 1);
  }
  from = Math.max(0, Math.min(from, text.length - 1));
  to = Math.max(from + 1, Math.min(to, text.length));
  const line = text.slice(0, from).split("\n").length;
  const what = place ? text.slice(from, to) : error.message.split("\n")[0];
  return { from, to, severity: "error", message: `${said} ${line} : ${what}` };
}

const checked = (said) =>
  linter((view) => {
    const text = view.state.doc.toString();
    if (!text.trim()) return [];
    try {
      new Parser().parse(text);
      return [];
    } catch (error) {
      return [mistake(error, text, said)];
    }
  });

/** Put in a term, and the prefix that it needs where the query does not have it yet. */
function complete(prefixes) {
  return (view, completion, from, to) => {
    const prefix = completion.label.split(":")[0];
    const declared = new RegExp(`prefix\\s+${prefix}:`, "i").test(view.state.doc.toString());
    const line = declared || !(prefix in prefixes) ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
    const changes = line ? [{ from: 0, insert: line }, { from, to, insert: completion.label }] : { from, to, insert: completion.label };
    view.dispatch({ changes, selection: { anchor: from + line.length + completion.label.length } });
  };
}

function completions(vocabulary) {
  const apply = complete(vocabulary.prefixes);
  const terms = vocabulary.terms.map((term) => ({
    label: term.name,
    detail: term.label,
    info: term.count,
    type: term.kind,
    boost: term.boost,
    apply,
  }));
  const declarations = Object.entries(vocabulary.prefixes).map(([prefix, iri]) => ({
    label: `PREFIX ${prefix}:`,
    detail: iri,
    apply: `PREFIX ${prefix}: <${iri}>\n`,
    type: "keyword",
  }));
  return (context) => {
    const declaration = context.matchBefore(/^\s*prefix\s+\w*/i);
    if (declaration) return { from: declaration.from, options: declarations, validFor: /^\s*prefix\s+\w*$/i };
    const word = context.matchBefore(/[?$]?[\w-]*:?[\w-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (/^[?$]/.test(word.text)) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      names.delete(word.text);
      return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    return { from: word.from, options: terms, validFor: /^[\w-]*:?[\w-]*$/ };
  };
}

/** Typing over a selection is done here: browsers would keep its style by a style attribute, which the site's policy forbids. */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.isComposing || !event.data || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    event.preventDefault();
    return true;
  },
});

async function start() {
  const area = document.querySelector("textarea#query");
  const answer = await fetch(area.dataset.vocabulary);
  const vocabulary = answer.ok ? await answer.json() : { prefixes: {}, terms: [] };
  const host = document.createElement("div");
  host.className = "editor";
  area.after(host);
  const root = host.attachShadow({ mode: "open" }); // styles made by script go to sheets of this root: no inline style
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        looks,
        checked(area.dataset.mistake),
        autocompletion({ override: [completions(vocabulary)] }),
        keymap.of([
          { key: "Mod-Enter", run: () => (area.form.requestSubmit(), true) },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.lineWrapping,
        typeOver,
        EditorView.contentAttributes.of({ "aria-label": area.labels[0].textContent }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  area.labels[0].addEventListener("click", () => view.focus());
  area.hidden = true;
  document.querySelector("#editor-help").hidden = false;
  for (const example of document.querySelectorAll("a.example")) {
    example.addEventListener("click", (event) => {
      event.preventDefault();
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: new URL(example.href).searchParams.get("query") } });
      view.focus();
    });
  }
}

start();
