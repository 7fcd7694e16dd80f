package net.re6st.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One diagram as SVG: lines over a scale, or bars. It needs nothing from anywhere. */
final class Plot {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 16;
    private static final int BOTTOM = 48;
    private static final int TICKS = 5;
    private static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7"};

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private boolean logarithmicX;
    private boolean bars;

    private record Series(String name, List<double[]> points) {}

    Plot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /** The horizontal scale grows by factors. */
    Plot overFactors() {
        logarithmicX = true;
        return this;
    }

    /** A line through points; each has x, y and maybe the ends of a vertical bar. */
    Plot line(String name, List<double[]> points) {
        series.add(new Series(name, points));
        return this;
    }

    Plot bars(Map<? extends Number, Double> heights) {
        bars = true;
        List<double[]> points = new ArrayList<>();
        heights.forEach((x, y) -> points.add(new double[] {x.doubleValue(), y}));
        series.add(new Series("", points));
        return this;
    }

    String title() {
        return title;
    }

    private double x(double value, double[] range) {
        double low = logarithmicX ? Math.log(range[0]) : range[0];
        double high = logarithmicX ? Math.log(range[1]) : range[1];
        double at = logarithmicX ? Math.log(value) : value;
        return LEFT + (WIDTH - LEFT - RIGHT) * (high == low ? 0.5 : (at - low) / (high - low));
    }

    private static double y(double value, double most) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (most == 0 ? 0 : value / most);
    }

    String svg() {
        double[] range = {Double.MAX_VALUE, -Double.MAX_VALUE};
        double highest = 0;
        for (Series one : series) {
            for (double[] point : one.points()) {
                range[0] = Math.min(range[0], point[0]);
                range[1] = Math.max(range[1], point[0]);
                for (int i = 1; i < point.length; i++) {
                    highest = Math.max(highest, point[i]);
                }
            }
        }
        if (range[0] > range[1]) {
            return "<p>No data.</p>";
        }
        double step = bars ? barStep() : 0;
        double[] scale = {range[0] - step / 2, range[1] + step / 2};
        double most = round(highest);
        StringBuilder svg = new StringBuilder(
                format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, escape(title)));
        axes(svg, scale, most);
        for (int i = 0; i < series.size(); i++) {
            if (bars) {
                bars(svg, series.get(i), scale, most, step);
            } else {
                line(svg, series.get(i), scale, most, COLOURS[i % COLOURS.length]);
                legend(svg, series.get(i).name(), i);
            }
        }
        return svg.append("</svg>").toString();
    }

    private double barStep() {
        double step = 1;
        List<double[]> points = series.get(0).points();
        for (int i = 1; i < points.size(); i++) {
            double gap = points.get(i)[0] - points.get(i - 1)[0];
            step = i == 1 ? gap : Math.min(step, gap);
        }
        return step;
    }

    /** The next number that is easy to divide. */
    private static double round(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 2.5, 5, 10}) {
            if (factor * power >= value * 0.999999) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private void axes(StringBuilder svg, double[] range, double most) {
        for (int i = 0; i <= TICKS; i++) {
            double value = most * i / TICKS;
            double at = y(value, most);
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, at, at));
            svg.append(
                    format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, at + 4, number(value)));
        }
        for (double value : xTicks(range)) {
            double at = x(value, range);
            svg.append(format(
                    "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    at, at, HEIGHT - BOTTOM, HEIGHT - BOTTOM + 4));
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    at, HEIGHT - BOTTOM + 17, number(value)));
        }
        svg.append(format(
                "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM));
        svg.append(format(
                "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, escape(xLabel)));
        svg.append(format(
                "<text class=\"label\" transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2, escape(yLabel)));
    }

    private List<Double> xTicks(double[] range) {
        List<Double> ticks = new ArrayList<>();
        if (logarithmicX) {
            series.get(0).points().forEach(point -> ticks.add(point[0]));
            return ticks;
        }
        double width = round((range[1] - range[0]) / 8);
        for (double tick = Math.ceil(range[0] / width) * width; tick <= range[1] + 1e-9; tick += width) {
            ticks.add(tick);
        }
        return ticks;
    }

    private void line(StringBuilder svg, Series one, double[] range, double most, String colour) {
        StringBuilder points = new StringBuilder();
        for (double[] point : one.points()) {
            double at = x(point[0], range);
            points.append(format("%.1f,%.1f ", at, y(point[1], most)));
            if (point.length == 4) {
                svg.append(format(
                        "<line stroke=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                        colour, at, at, y(point[2], most), y(point[3], most)));
            }
            if (one.points().size() <= 20) {
                svg.append(
                        format("<circle fill=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", colour, at, y(point[1], most)));
            }
        }
        svg.append(format(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" points=\"%s\"/>",
                colour, points.toString().strip()));
    }

    private void legend(StringBuilder svg, String name, int number) {
        if (!name.isEmpty() && series.size() > 1) {
            int at = TOP + 12 + 16 * number;
            svg.append(format(
                    "<rect fill=\"%s\" x=\"%d\" y=\"%d\" width=\"12\" height=\"4\"/>",
                    COLOURS[number % COLOURS.length], WIDTH - 190, at - 6));
            svg.append(format("<text x=\"%d\" y=\"%d\">%s</text>", WIDTH - 172, at, escape(name)));
        }
    }

    private void bars(StringBuilder svg, Series one, double[] range, double most, double step) {
        for (double[] point : one.points()) {
            double left = x(point[0] - step * 0.42, range);
            double right = x(point[0] + step * 0.42, range);
            double top = y(point[1], most);
            svg.append(format(
                    "<rect fill=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s: %s</title></rect>",
                    COLOURS[0],
                    left,
                    top,
                    Math.max(0.5, right - left),
                    HEIGHT - BOTTOM - top,
                    number(point[0]),
                    number(point[1])));
        }
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e7) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        return String.format(Locale.ROOT, "%.3g", value)
                .replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
