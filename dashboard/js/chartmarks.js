// Marks over a plot: limits and alerts.
import { css } from './dom.js';

/** Draws the limit of the rule. */
export function threshold(ctx, a, y, limit) {
  const at = Math.round(y.getPixelForValue(limit)) + 0.5;
  if (at < a.top || at > a.bottom) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = css('--crit');
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  ctx.moveTo(a.left, at);
  ctx.lineTo(a.right, at);
  ctx.stroke();
  ctx.font = '11px Inter';
  ctx.fillText('limit', a.left + 4, at - 4);
  ctx.restore();
}

/** Draws an alert: numbered circle above the plot, line down, and band while the alert lasts. */
export function mark(ctx, a, x, m) {
  const tone = m.level === 'critical' ? '--crit' : '--warn';
  const left = x.getPixelForValue(m.from);
  const right = m.to == null ? a.right : Math.min(a.right, x.getPixelForValue(m.to));
  if (right < a.left || left > a.right) return;
  ctx.save();
  ctx.fillStyle = ctx.strokeStyle = css(tone);
  const from = Math.max(a.left, left);
  ctx.globalAlpha = 0.1;
  ctx.fillRect(from, a.top, Math.max(1, right - from), a.height);
  ctx.globalAlpha = 1;
  if (left >= a.left) {
    ctx.setLineDash(m.level === 'critical' ? [] : [4, 3]);
    ctx.beginPath();
    ctx.moveTo(left, a.top);
    ctx.lineTo(left, a.bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    if (m.no) {
      ctx.fillStyle = css('--panel');
      ctx.beginPath();
      ctx.arc(left, a.top - 1, 7.5, 0, 7);
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = css(tone);
      ctx.font = '600 10px Inter';
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(m.no, left, a.top - 0.5);
    }
  }
  ctx.restore();
}
