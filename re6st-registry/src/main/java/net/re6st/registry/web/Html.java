package net.re6st.registry.web;

import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import net.re6st.net.Bytes;

/** Runs a template; whatever it is given is escaped for the place where it stands. */
final class Html {
    /** Whoever wants to see the tags that templates write: nobody. */
    static final HtmlInterceptor UNCHANGED = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    };

    private Html() {}

    static PageResponse page(int status, Consumer<HtmlTemplateOutput> template) {
        StringOutput text = new StringOutput();
        template.accept(new OwaspHtmlTemplateOutput(text));
        return PageResponse.html(
                status, Bytes.copyOf(text.toString().stripLeading().getBytes(StandardCharsets.UTF_8)));
    }
}
