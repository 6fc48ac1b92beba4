// The big screen fills the display; the pointer hides while nobody moves it.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-full]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
