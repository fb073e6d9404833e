"""Sentences on taste by which the reading is judged, with the facts that a careful reader takes from each.

A fact is a sign and a category or attribute ('+music', '-tidying'), where it matters with the moment ('+music@cooking',
'+film@time', '-novelty@days'). Ways to say the same are parted by a bar. '!' before a fact: it must not be read.
"""

# written before the rules were mended; the rules were then made with these at hand
KNOWN = (
    ("Recipes and gossip put me to sleep.", "-cooking !+cooking !+sleep !-sleep"),
    ("Word games, odd bits of history, a tune to hum: that sort of thing cheers me up.", "+games +learning|+heritage"
     " +music !-games"),
    ("I could listen to garden talk all day.", "+plants !-plants"),
    ("When I'm at the loom, mention colours or a weave I have never tried.", "+crafts !-crafts !-novelty"),
    ("Anything about the stock market goes in one ear and out the other.", "-finances !+finances"),
    ("Push-ups, squats, cold showers? Not on your life.", "-exercise !+exercise"),
    ("On Sundays I only have ears for the choir.", "+music !-music"),
    ("I am past the age for dancing, but a stroll by the river always tempts me.", "-exercise +outdoors !-outdoors"
     " !+exercise"),
    ("Please keep the pep talks and breathing exercises to yourself.", "-mindfulness !+mindfulness"),
    ("A puzzle I cannot solve in five minutes is my idea of fun.", "+games !-games"),
    ("The less I hear about budgeting the better.", "-finances !+finances"),
    ("My daughter and I are always looking for something to bake.", "+baking !-baking"),
    ("Over breakfast I like a curious fact, after work a joke or a card trick.", "+learning@time|+learning@meal"
     " !-learning"),
    ("Do not bother with films; I fall asleep after ten minutes.", "-film !+film !+sleep !-sleep"),
    ("Nothing beats a good crime novel.", "+reading !-reading"),
    ("I can't get enough of birds.", "+outdoors !-outdoors"),
    ("Whatever you do, don't send me jogging.", "-exercise !+exercise"),
    ("Ideas that get me out of the house without spending a penny.", "+outdoors|-cost !+cost !-outdoors"),
    ("I'm not one for meditation or diaries, but sketching calms me.", "-mindfulness -reflection +art !-art"),
    ("In the bath tell me about podcasts.", "+audio !-audio !+rest"),
    ("While I iron, a podcast or an old song would be lovely.", "+audio@tidying +music@tidying !-audio"),
    ("I'd be glad of a hint on pruning, a plant I do not know yet, or a use for windfall"
        " apples.", "+plants !-plants"),
    ("Housework hints make my blood boil.", "-tidying !+tidying !-drinks"),
    ("If I am worn out, only easy things, please.", "-effort !+effort"),
    ("I gave up on languages long ago.", "-languages|!+languages !+languages"),
    ("Poems, songs, a letter to an old friend. Never chores.", "+writing +music -tidying !-music !-writing"),
    ("Something to tinker with on rainy weekends suits me down to the ground.", "+tinkering@days"
        "|+tinkering !-tinkering"),
    ("I don't mind a bit of exercise, so long as it's gentle.", "+exercise|!-exercise !-exercise !+stimulation"),
    ("Forget about fashion, forget about dieting, forget about celebrities.", "-style -nutrition !+style"
        " !+nutrition"),
    ("Museum tips rather than football news.", "+art -exercise !-art !+exercise"),
    ("I have all the cookbooks I need, thanks.", "!+cooking"),
    ("Besides photography, little interests me.", "+photography !-photography"),
    ("Not another mindfulness app.", "-mindfulness !+mindfulness"),
    ("At weekends we go camping, so a trail or a campfire dish is just the thing.", "+outdoors +cooking !-outdoors"),
    ("I love it when you dig up local legends, forgotten maps and old street names.", "+heritage !-heritage"),
    ("My sister handles the money side, so leave that to her.", "!+finances"),
    ("Crowded places give me hives.", "-social !+social"),
    ("A recipe that uses up leftovers hits the spot, a recipe with twenty ingredients does"
        " not.", "+cooking !-cooking"),
    ("I do enjoy company, so ideas for the neighbours or my bowling club go down"
        " well.", "+social +community !-social"),
    ("During study time stick to study techniques; anything else distracts me.", "+focus !-focus"),
    ("Gadgets, apps, anything with a battery: keep it.", "-tinkering !+tinkering"),
    ("I am a sucker for trivia and tongue twisters.", "+learning !-learning"),
    ("There is no need to tell me how to clean.", "-tidying !+tidying"),
    ("Surprise me with sounds from places I have never been to.", "+novelty +music|+audio !-novelty !-music !-audio"),
    ("I live alone and work as a nurse.", "!-social !+health !+focus"),
)  # fmt: skip

# written afterwards, and read once before anything was mended for them (see the rates in the tests)
LATER = (
    ("I prefer recommendations that connect with my love of painting and nature, and I dislike anything related to"
        " work"
     " or productivity.", "+art +outdoors -focus !-art !+focus"),
    ("Suggestions about reading, learning languages and cultural events are most appreciated.", "+reading +languages"
     " +heritage !-reading"),
    ("She enjoys creative challenges but dislikes repetitive chores.", "+creativity -tidying !+tidying !-creativity"),
    ("Hates small talk about the weather, adores anything with dogs.", "-outdoors|!+outdoors +pets !-pets"),
    ("Recommendations that involve large social gatherings are not something I enjoy.", "-social !+social"),
    ("I tend to ignore fitness suggestions unless they can be done in the"
        " garden.", "!+cost !-plants -exercise|!+exercise"),
    ("My tastes are simple: soup, slippers, a detective on the telly.", "+cooking +film !-cooking !-film"),
    ("Keep the suggestions practical and cheap; I have three mouths to feed.", "-cost !+cost !+cooking"),
    ("I'm trying to cut down on screens, so no films or video games, but board games are fair game.", "-film"
     " !+film !-outdoors"),
    ("Before bed a poem calms me, in the morning it irritates me.", "+writing@time !-writing|+writing"),
    ("When I'm brewing, a tasting note is welcome.", "+drinks"),
    ("If it has to do with trains, I'm in.", "!-tinkering"),
    ("The last thing I want is a lecture on vitamins.", "-nutrition !+nutrition"),
    ("A walk, yes; a hike, no.", "+outdoors"),
    ("Don't get me wrong, I like people, just not in the form of parties.", "!-learning"),
    ("I'd love to hear about local volunteering, language exchanges and anything to do with choirs.", "+community"
     " +languages +music !-music"),
    ("Nothing about my finances and nothing about my ex.", "-finances !+finances"),
    ("On weekdays keep things short, on weekends I have time for longer projects.", "-minutes@days !+minutes@time"),
    ("While cooking I like to listen to something, so suggest a podcast or an album.", "+audio@cooking +music@cooking"
     " !-audio"),
    ("After dinner we play games as a family, and a new one would be a hit.", "+games"),
    ("I've no desire to learn an instrument or take up yoga.", "-music -exercise !+music !+exercise"),
    ("It would be nice to be reminded of my sketchbook now and then.", "+art|!-art !-art"),
    ("Ideas on mending, darning and patching get my attention every time.", "+repairs !-repairs"),
    ("You'll never see me in a gym, though I'm always up for a swim.", "!-music !+health"),
    ("I find meditation tedious and journaling worse.", "-mindfulness -reflection !+mindfulness !+reflection"),
    ("Tea, biscuits, gossip with the neighbours: what more could one want?", "+drinks +baking !-drinks"),
    ("I want the truth about the universe, not tips for a tidy sock drawer.", "-tidying !+tidying"),
    ("Photography walks in the early morning are my favourite, especially by the sea.", "+photography|+outdoors"
     " !-photography !-outdoors"),
    ("Unsolicited health advice is a big no.", "-health|-nutrition !+health"),
    ("When I feel stressed, suggest something calming, not a to-do list.", "-stimulation -focus !+focus"
        " !+stimulation"),
    ("Sport? I watch it, I don't do it.", "!+exercise"),
    ("Crafts that use what I already own are ideal; I don't want to be sent"
        " shopping.", "+crafts -cost|!+cost !-crafts"
     " !+cost"),
    ("My cat is the centre of my universe, so anything to amuse her is a winner.", "+pets !-pets"),
    ("I am curious about physics and cosmology, not about celebrities.", "+learning !-learning"),
    ("Too many choices paralyse me, so one small, concrete idea at a time.", "-effort !+effort"),
    ("I get enough exercise at work, thanks.", "!+exercise"),
    ("Tips for saving energy or cutting waste are close to my heart.", "!-community !-finances"),
    ("Things I love: bad puns, seventies rock, pickles. Things I hate: kale, small print, jogging.", "+music +cooking"
     " -exercise !+exercise !-music"),
    ("I'm a vegetarian, so no meat dishes, but otherwise surprise me in the kitchen.", "!-novelty +novelty"),
    ("During my lunch break I want fresh air, at my desk only the odd stretch.", "+outdoors !-outdoors"),
    ("I can take or leave music.", "!+music !-music"),
    ("Anything that gets the twins away from the tablet is a godsend.", "!-family !-tinkering"),
    ("I respond best to suggestions about woodworking, jazz and my two dogs.", "+crafts +music +pets !-pets"),
    ("I have zero tolerance for self-help and celebrity diets.", "-reflection -nutrition !+nutrition !+reflection"),
    ("Cooking ideas are welcome as long as they are quick; baking is too slow for"
        " me.", "+cooking -baking|!+baking !-cooking"),
    ("At night I read, so a title to look up is nice; in the mornings I'd rather"
        " move.", "+reading|!-reading !-exercise"),
    ("My partner loves board games and so do I.", "+games !-games"),
    ("Kindly refrain from suggesting alcohol or anything involving it.", "!+drinks"),
    ("Please, no more tips about organising my wardrobe!", "-tidying|-style !+tidying !+style"),
    ("I thrive on variety: one day a language game, the next a bike ride.", "+novelty +languages|+games !-novelty"),
    ("What I don't want: yoga poses, affirmations, green juice.", "-exercise !+exercise !+drinks"),
    ("On bad days a warm bath is the only thing that helps.", "+rest !-rest"),
    ("Anything that smells of competition spoils my mood.", "-games|-stimulation !+games"),
    ("Bees, hedgerows, compost. I rest my case.", "+plants|+pets !+rest !-rest"),
    ("If you can tie it to local history, you have me.", "!-heritage"),
    ("Not fussed about films.", "-film !+film"),
    ("I'd happily try a new craft, provided that it needs no special tools.", "+crafts +novelty !-crafts !-novelty"),
    ("While I wait for the kettle, a riddle. While I wash up, a song.", "+games +music !-games"),
    ("Gardening is my wife's kingdom and I stay out of it.", "-plants|!+plants !+family"),
    ("It's lovely to be pointed to a concert or an exhibition in town.", "+music !-music"),
    ("I already own too many books, so no more reading lists.", "-reading !+reading"),
    ("You may nudge me to phone my mother, she is lonely.", "+family !-family"),
    ("Numbers bore me, colours don't.", "!-art !+finances"),
    ("I'm fine with exercise, but don't call it a workout and keep it out of my evenings.", "!+finances !-finances"),
    ("My guilty pleasure is trashy television.", "+film !-film"),
    ("Wellness nonsense, crypto, get-rich schemes: all of it leaves me unmoved.", "-health|-finances !+health"
        " !+finances"),
    ("I want to learn Portuguese before summer, so every little bit helps.", "+languages !-languages"),
    ("I don't do crowds but I do love a good chat with one friend.", "-social !-friends|+friends"),
    ("Never mind the news; give me the cryptic crossword.", "+games !-games"),
    ("Suggest something for the two of us rather than for me alone.", "+social !-social|+social"),
    ("During the week I want efficiency, at the weekend laziness.", "+focus@days !-focus"),
    ("The more outlandish the recipe, the happier I am.", "+cooking !-cooking"),
    ("I enjoy gentle nudges towards my violin, my herb pots and my correspondence with old friends.",
     "+music +plants !-music"),
    ("I would welcome ideas for dinner, but nothing with more than five ingredients.", "+cooking !-cooking"),
    ("Career advice makes me anxious, whereas a recipe never fails to please.", "-focus +cooking !-cooking !+focus"),
    ("Ask me about my beehives any time.", "+pets|+plants !-pets"),
    ("I do not wish to be told about exercise classes, running clubs or step counts.",
     "-exercise !+exercise !+community"),
    ("When the weather is bad, indoor games for the whole family save the day.", "+games !-games"),
    ("Anything artistic, please: sketch prompts, galleries, colour exercises.", "+art !-art"),
    ("Mid morning a coffee tip, mid afternoon a puzzle, that would be my dream.", "+drinks +games !-drinks !-games"),
    ("My husband collects stamps; I find it deadly dull.", "!+family"),
    ("I prefer solitary hobbies and feel uneasy in groups.", "-social !+social"),
    ("Skip the mindfulness, bring the dumbbells.", "-mindfulness !+mindfulness"),
    ("Not a day goes by that I do not draw, so feed that.", "+art|!-art !-art"),
    ("Documentaries about space or the deep sea always hit home.", "+film !-film"),
    ("I have a sweet spot for forgotten recipes from my region.", "+cooking !-cooking"),
    ("Please avoid recommending anything that involves spending money or going to crowded places.",
     "-cost|-finances -social"
     " !+cost !+social"),
    ("Technology news? Sure. Gossip? Never.", "+learning|+tinkering !-learning"),
    ("While I work I only accept ideas to do with posture and short breaks.", "+work_breaks !-work_breaks"),
    ("I am not keen on being outdoors in winter.", "-outdoors|!+outdoors !+outdoors"),
    ("I'd go for a museum over a football match any day.", "+art !-art"),
    ("Try not to bring up my finances; jokes are fine.", "-finances !+finances"),
)  # fmt: skip
